import { encodeJson, type KubeObject, newInternalError, parseJson } from '@typekube/apimachinery';
import type { KeyValue } from '@typekube/storage';
import { whyUndecryptable } from '../encryption/undecryptable';

/** An object as the cache keeps it: the bytes that a client gets, and what selectors must see of it. Immutable. */
export interface Entry {
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  readonly revision: number;
  /** JSON of the storage version, `resourceVersion` included, beginning with the resource's `head`. */
  readonly bytes: Buffer;
  readonly labels: Readonly<Record<string, string>> | undefined;
  /** Values of the selectable fields, in the order of the format's; undefined where the kind has none. */
  readonly fields: readonly string[] | undefined;
  /** Its own, where it is not that of its format: what only a webhook can convert is kept as it was stored. */
  readonly apiVersion?: string;
  /** What is stored is in another form than it would be written in now: an older version of its kind. */
  readonly isStale?: boolean;
}

type ReadField = (object: KubeObject) => string;

/** Gets the value of a selectable field. */
export type EntryField = (entry: Entry) => string;

/** How the entries of one resource are read and written. */
export class EntryFormat {
  /** The beginning of every object of this kind: `{"kind":"Pod","apiVersion":"v1",`. */
  readonly head: Buffer;
  private readonly metadataHead: Buffer;
  private readonly readFields: readonly ReadField[];

  constructor(
    readonly kind: string,
    readonly apiVersion: string,
    private readonly selectableFields: Readonly<Record<string, ReadField>>,
  ) {
    const head = `{"kind":${JSON.stringify(kind)},"apiVersion":${JSON.stringify(apiVersion)},`;
    this.head = Buffer.from(head);
    this.metadataHead = Buffer.from(`${head}"metadata":{`);
    this.readFields = Object.values(selectableFields);
  }

  /** The bytes to store: kind, apiVersion and metadata lead, so that reading can add the resource version without parsing. */
  encode(object: KubeObject): Buffer {
    const { kind: _kind, apiVersion: _apiVersion, metadata, ...rest } = object;
    const { resourceVersion: _resourceVersion, ...storedMetadata } = metadata;
    return Buffer.from(encodeJson({ kind: this.kind, apiVersion: this.apiVersion, metadata: storedMetadata, ...rest }));
  }

  /** The bytes a client gets for stored bytes: the same with `metadata.resourceVersion`; without, for what a dry run only would store. */
  withRevision(stored: Buffer, revision: number): Buffer {
    if (revision === 0) return stored;
    const { metadataHead } = this;
    const at = metadataHead.length;
    if (stored.length <= at || stored.compare(metadataHead, 0, at, 0, at) !== 0) {
      const object = parseObject(stored);
      return this.withRevision(this.encode({ ...object, metadata: object.metadata ?? {} }), revision);
    }
    const isEmpty = stored[at] === 0x7d; // '}'
    const inserted = `"resourceVersion":"${revision}"${isEmpty ? '' : ','}`;
    const bytes = Buffer.allocUnsafeSlow(stored.length + inserted.length);
    stored.copy(bytes, 0, 0, at);
    bytes.write(inserted, at, 'latin1');
    stored.copy(bytes, at + inserted.length, at);
    return bytes;
  }

  /**
   * Reads what the cache must know; `parsed` spares the parsing where the writer still has the object. Fails with 500 for what cannot be
   * decrypted or is no object.
   */
  read(pair: KeyValue, parsed?: KubeObject): Entry {
    const object = parsed ?? parseStored(pair);
    const { name = '', namespace = '', labels } = object.metadata;
    return {
      key: pair.key,
      namespace,
      name,
      revision: pair.modRevision,
      bytes: this.withRevision(pair.value, pair.modRevision),
      labels,
      fields: this.readFields.length ? this.readFields.map((read) => read(object)) : undefined,
    };
  }

  /** What a watcher gets of a deleted object: its last state at the revision of the delete. */
  readDeleted(last: Entry, revision: number): Entry {
    const object = parseObject(last.bytes);
    return { ...last, revision, bytes: this.withRevision(this.encode(object), revision) };
  }

  /**
   * How to get a selectable field of entries; undefined if they cannot be selected by it. Resources that share a cache (both kinds of
   * events) name its fields each in its own way: theirs are given.
   */
  fieldOf(field: string, fields = this.selectableFields): EntryField | undefined {
    if (field === 'metadata.name') return ({ name }) => name;
    if (field === 'metadata.namespace') return ({ namespace }) => namespace;
    const read = fields[field];
    const position = read ? this.readFields.indexOf(read) : -1;
    return position < 0 ? undefined : ({ fields: values }) => values?.[position] ?? '';
  }
}

/** Parses what the store holds. Fails with 500 for what cannot be decrypted or is no object. */
export function parseStored({ key, value }: KeyValue): KubeObject {
  try {
    return parseObject(value);
  } catch (error) {
    const why = whyUndecryptable(value);
    const what = why === undefined ? `unable to decode key ${JSON.stringify(key)}: ${(error as Error).message}` : `unable to transform key ${JSON.stringify(key)}: ${why}`;
    throw newInternalError(new Error(what, { cause: error }));
  }
}

/** Parses stored or cached bytes: always a fresh object, which the caller may change. */
export function parseObject(bytes: Buffer): KubeObject {
  return parseJson(bytes) as KubeObject;
}
