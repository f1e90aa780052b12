import type { KubeObject, Selector } from '@typekube/apimachinery';
import type { DeepReadonly } from '../resources/deep-readonly';
import { objectKey } from './object-key';

/** The values under which an object is found. */
export type IndexFunction<T extends KubeObject> = (object: DeepReadonly<T>) => readonly string[];

/** What readers see of a store. Objects are shared: they must not be changed, and the next change brings another object. */
export interface Indexer<T extends KubeObject> {
  readonly size: number;
  /** By `namespace/name`. */
  get(key: string): DeepReadonly<T> | undefined;
  keys(): string[];
  /** All, or those of a namespace, or those whose labels a selector matches, in no order. */
  list(filter?: { readonly namespace?: string; readonly selector?: Selector }): DeepReadonly<T>[];
  /** Those that the index function of that name gave that value for. Throws where there is no such index. */
  byIndex(index: string, value: string): DeepReadonly<T>[];
  /** All values of an index that have objects. */
  indexValues(index: string): string[];
}

interface Index<T extends KubeObject> {
  readonly valuesOf: IndexFunction<T>;
  readonly buckets: Map<string, Map<string, DeepReadonly<T>>>;
}

const NAMESPACE_INDEX = 'namespace';

/** The objects of a resource by key, with indexes. Its one writer is the informer. */
export class Store<T extends KubeObject> implements Indexer<T> {
  private readonly objects = new Map<string, DeepReadonly<T>>();
  private readonly indexes = new Map<string, Index<T>>();

  constructor() {
    this.addIndex(NAMESPACE_INDEX, namespaceOf);
  }

  get size(): number {
    return this.objects.size;
  }

  get(key: string): DeepReadonly<T> | undefined {
    return this.objects.get(key);
  }

  keys(): string[] {
    return [...this.objects.keys()];
  }

  list({ namespace, selector }: { readonly namespace?: string; readonly selector?: Selector } = {}): DeepReadonly<T>[] {
    const found = namespace ? this.byIndex(NAMESPACE_INDEX, namespace) : [...this.objects.values()];
    return selector ? found.filter((object) => selector.matches(labelsOf(object))) : found;
  }

  byIndex(index: string, value: string): DeepReadonly<T>[] {
    return [...(this.index(index).buckets.get(value)?.values() ?? [])];
  }

  indexValues(index: string): string[] {
    return [...this.index(index).buckets.keys()];
  }

  /** From now on, also for what is already there. An index of that name is kept if it is there. */
  addIndex(name: string, valuesOf: IndexFunction<T>): void {
    if (this.indexes.has(name)) return;
    const index: Index<T> = { valuesOf, buckets: new Map() };
    this.indexes.set(name, index);
    for (const [key, object] of this.objects) insert(index, key, object);
  }

  /** Gives what stood there before. */
  set(object: DeepReadonly<T>): DeepReadonly<T> | undefined {
    const key = objectKey(object);
    const old = this.objects.get(key);
    this.objects.set(key, object);
    for (const index of this.indexes.values()) {
      if (old) withdraw(index, key, old);
      insert(index, key, object);
    }
    return old;
  }

  /** Gives what stood there. */
  delete(key: string): DeepReadonly<T> | undefined {
    const old = this.objects.get(key);
    if (!old) return undefined;
    this.objects.delete(key);
    for (const index of this.indexes.values()) withdraw(index, key, old);
    return old;
  }

  private index(name: string): Index<T> {
    const index = this.indexes.get(name);
    if (!index) throw new Error(`Index with name ${name} does not exist`);
    return index;
  }
}

function insert<T extends KubeObject>({ valuesOf, buckets }: Index<T>, key: string, object: DeepReadonly<T>): void {
  for (const value of valuesOf(object)) {
    const bucket = buckets.get(value);
    if (bucket) bucket.set(key, object);
    else buckets.set(value, new Map([[key, object]]));
  }
}

function withdraw<T extends KubeObject>({ valuesOf, buckets }: Index<T>, key: string, object: DeepReadonly<T>): void {
  for (const value of valuesOf(object)) {
    const bucket = buckets.get(value);
    bucket?.delete(key);
    if (bucket?.size === 0) buckets.delete(value);
  }
}

function namespaceOf({ metadata }: DeepReadonly<KubeObject>): string[] {
  return metadata.namespace ? [metadata.namespace] : [];
}

function labelsOf({ metadata }: DeepReadonly<KubeObject>): Readonly<Record<string, string>> {
  return metadata.labels ?? {};
}
