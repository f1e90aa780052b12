import type { KubeObject, ListMeta } from '@typekube/apimachinery';
import type { Entry } from '../cache/entry';
import { parseObject } from '../cache/entry';
import { metaApiVersion, type MetaVersion, partialMetadata } from '../http/partial-metadata';
import { joinList, listHead, type Representation, untypedListMeta } from './representation';
import { jsonFraming } from './watch-framing';

export interface ObjectMapping {
  readonly kind: string;
  readonly apiVersion: string;
  readonly listKind: string;
  /** Whether a list has its metadata as those of custom resources have it. */
  readonly isUntyped?: boolean;
  map(object: KubeObject): object;
}

/** Objects rewritten one by one: in another version, or reduced to their metadata. Each is encoded once as long as it is cached. */
export class MappedRepresentation implements Representation {
  readonly isShared = true;
  readonly framing = jsonFraming;
  private readonly encoded = new WeakMap<Entry, Buffer>();

  constructor(private readonly mapping: ObjectMapping) {}

  object(entry: Entry): Buffer {
    const known = this.encoded.get(entry);
    if (known) return known;
    const { kind, apiVersion, ...rest } = this.mapping.map(parseObject(entry.bytes)) as KubeObject;
    const bytes = Buffer.from(JSON.stringify({ kind, apiVersion, ...rest }));
    this.encoded.set(entry, bytes);
    return bytes;
  }

  list(entries: readonly Entry[], metadata: ListMeta): Buffer {
    const { listKind, apiVersion, isUntyped } = this.mapping;
    const head = listHead(listKind, apiVersion, isUntyped ? untypedListMeta(metadata) : metadata);
    return joinList(
      head,
      entries.map((entry) => this.object(entry)),
      0,
    );
  }

  eventObject(entry: Entry): Buffer {
    return this.object(entry);
  }

  bookmark(metadata: KubeObject['metadata']): Buffer {
    const { kind, apiVersion } = this.mapping;
    return Buffer.from(JSON.stringify({ kind, apiVersion, metadata }));
  }
}

/** `as=PartialObjectMetadata`: only the metadata, for clients that need no more. */
export function metadataMapping(version: MetaVersion): ObjectMapping {
  return {
    kind: 'PartialObjectMetadata',
    apiVersion: metaApiVersion(version),
    listKind: 'PartialObjectMetadataList',
    map: ({ metadata }) => partialMetadata(metadata, version),
  };
}
