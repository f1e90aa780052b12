import type { KubeObject } from '@typekube/apimachinery';
import type { Store } from '@typekube/storage';
import { type Entry, parseObject } from '../cache/entry';
import type { Resource } from '../registry/resource';

/** Where plugins look objects up. What they get is shared: not to be changed. */
export interface ObjectSource<T extends KubeObject> {
  /** Whether there is none at all: plugins that most clusters have no use for ask this first. */
  readonly isEmpty: boolean;
  /** From the cache, which may lag behind. */
  get(namespace: string, name: string): T | undefined;
  /** Of one namespace, or of all where it is empty. */
  list(namespace: string): T[];
  /** The newest state of one that the cache does not have yet. Waits only if the cache has none. */
  find(namespace: string, name: string): T | undefined | Promise<T | undefined>;
}

/** The server's own cache of a resource. An entry is parsed when first asked for, and once. */
export class CachedObjects<T extends KubeObject> implements ObjectSource<T> {
  private readonly parsed = new WeakMap<Entry, T>();

  constructor(
    private readonly resource: Resource,
    private readonly store: Store,
  ) {}

  get isEmpty(): boolean {
    return this.resource.cache.size === 0;
  }

  get(namespace: string, name: string): T | undefined {
    const entry = this.resource.cache.get(this.resource.key(namespace, name));
    return entry && this.parse(entry);
  }

  list(namespace: string): T[] {
    if (this.isEmpty) return [];
    const prefix = this.resource.prefix(namespace);
    const found: T[] = [];
    for (const [key, entry] of this.resource.cache.entries.entries(prefix)) {
      if (!key.startsWith(prefix)) break;
      found.push(this.parse(entry));
    }
    return found;
  }

  find(namespace: string, name: string): T | undefined | Promise<T | undefined> {
    return this.get(namespace, name) ?? this.read(namespace, name);
  }

  private async read(namespace: string, name: string): Promise<T | undefined> {
    const { kv } = await this.store.get(this.resource.key(namespace, name));
    return kv && this.parse(this.resource.cache.format.read(kv));
  }

  private parse(entry: Entry): T {
    let object = this.parsed.get(entry);
    if (!object) this.parsed.set(entry, (object = parseObject(entry.bytes) as T));
    return object;
  }
}
