import type { CustomStorage, FieldText } from '@typekube/api';
import type { KubeObject } from '@typekube/apimachinery';
import type { KeyValue } from '@typekube/storage';
import { type Entry, EntryFormat, parseStored } from './entry';

export interface CustomFormat {
  readonly kind: string;
  readonly apiVersion: string;
  readonly selectableFields: Readonly<Record<string, FieldText>>;
  readonly storage: CustomStorage;
}

/**
 * How custom objects are kept: the schema may have changed since they were stored, so what is read is held to it; what a
 * version of long ago has written is shown as the present storage version. What is stored stays as it is until it is written.
 */
export class CustomEntryFormat extends EntryFormat {
  private readonly storage: CustomStorage;
  private readonly selectable: CustomFormat['selectableFields'];

  constructor({ kind, apiVersion, selectableFields, storage }: CustomFormat) {
    super(kind, apiVersion, selectableFields);
    this.selectable = selectableFields;
    this.storage = storage;
  }

  override encode(object: KubeObject): Buffer {
    if (this.isForeign(object)) return this.foreign(object).encode(object);
    this.storage.prune(object);
    return super.encode(object);
  }

  override read(pair: KeyValue, parsed?: KubeObject): Entry {
    if (parsed) return super.read(pair, parsed);
    const object = parseStored(pair);
    if (this.isForeign(object)) return { ...this.foreign(object).read(pair, object), apiVersion: object.apiVersion, isStale: true };
    const isStale = object.apiVersion !== this.apiVersion;
    if (!this.storage.normalize(object) && !isStale) return super.read(pair, object);
    const normal = super.read({ ...pair, value: super.encode(object) }, object);
    return isStale ? { ...normal, isStale } : normal;
  }

  /** Of another version, which this server cannot convert by itself. */
  private isForeign({ apiVersion }: KubeObject): boolean {
    return this.storage.webhook !== undefined && apiVersion !== this.apiVersion;
  }

  /** How it is kept until somebody asks for it: as it is. */
  private foreign({ kind, apiVersion }: KubeObject): EntryFormat {
    return new EntryFormat(kind, apiVersion, this.selectable);
  }
}
