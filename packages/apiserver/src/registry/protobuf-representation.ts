import {
  encodeEnvelope,
  encodeListMessage,
  encodeProtobuf,
  type KubeObject,
  type ListMeta,
  type MessageDescriptor,
} from '@typekube/apimachinery';
import { type Entry, parseObject } from '../cache/entry';
import { descriptorOf } from '../http/encode-object';
import type { ObjectMapping } from './mapped-representation';
import type { Representation } from './representation';
import { protobufFraming } from './watch-framing';

/**
 * Objects as protobuf: as they are, in another version, or reduced to their metadata. Each is encoded once as long as it is cached.
 */
export class ProtobufRepresentation implements Representation {
  readonly isShared = true;
  readonly framing = protobufFraming;
  private readonly encoded = new WeakMap<Entry, Buffer>();

  constructor(
    private readonly mapping: ObjectMapping,
    private readonly descriptor: MessageDescriptor,
  ) {}

  object(entry: Entry): Buffer {
    return this.wrap(this.message(entry));
  }

  list(entries: readonly Entry[], metadata: ListMeta): Buffer {
    const { listKind: kind, apiVersion } = this.mapping;
    const encodedMetadata = encodeProtobuf(descriptorOf(LIST_META), { ...metadata });
    const items = entries.map((entry) => this.message(entry));
    return encodeEnvelope({ kind, apiVersion, raw: encodeListMessage(encodedMetadata, items) });
  }

  eventObject(entry: Entry): Buffer {
    return this.object(entry);
  }

  bookmark(metadata: KubeObject['metadata']): Buffer {
    return this.wrap(encodeProtobuf(this.descriptor, { metadata }));
  }

  /** The object without its envelope. */
  private message(entry: Entry): Buffer {
    const known = this.encoded.get(entry);
    if (known) return known;
    const bytes = encodeProtobuf(this.descriptor, { ...this.mapping.map(parseObject(entry.bytes)) });
    this.encoded.set(entry, bytes);
    return bytes;
  }

  private wrap(raw: Buffer): Buffer {
    const { kind, apiVersion } = this.mapping;
    return encodeEnvelope({ kind, apiVersion, raw });
  }
}

const LIST_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta';
