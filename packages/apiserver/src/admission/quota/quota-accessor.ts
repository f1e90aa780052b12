import { type Entry, parseObject } from '../../cache/entry';
import type { Store } from '@typekube/storage';
import type { Resource } from '../../registry/resource';
import type { Quota } from './check-request';

/** States that this server wrote and the cache may not have yet; more than these are read anew. */
const MAX_WRITTEN = 1000;

/** Reads the quotas of a namespace and writes what is used, each write on exactly the state that was read. */
export class QuotaAccessor {
  private readonly written = new Map<string, Entry>();

  constructor(
    private readonly resource: Resource,
    private readonly store: Store,
  ) {}

  get isEmpty(): boolean {
    return this.resource.cache.size === 0;
  }

  /** The newest states known: what this server wrote last goes before an older one in the cache. */
  quotasIn(namespace: string): Quota[] {
    if (this.isEmpty) return [];
    const prefix = this.resource.prefix(namespace);
    const quotas: Quota[] = [];
    for (const [key, cached] of this.resource.cache.entries.entries(prefix)) {
      if (!key.startsWith(prefix)) break;
      quotas.push(this.parse(this.newest(key, cached)));
    }
    return quotas;
  }

  /** Whether the quota was still in the state that it was read in. If not, `quotasIn` has the newest one after this. */
  async write(quota: Quota): Promise<boolean> {
    const { namespace = '', name = '', resourceVersion = '0' } = quota.metadata;
    const key = this.resource.key(namespace, name);
    const value = this.resource.cache.format.encode(quota);
    const result = await this.store.update(key, value, Number(resourceVersion));
    if (result.succeeded) this.remember(key, value, result.revision);
    else if (result.current) this.remember(key, result.current.value, result.current.modRevision);
    else this.written.delete(key);
    return result.succeeded;
  }

  private newest(key: string, cached: Entry): Entry {
    const own = this.written.get(key);
    if (!own) return cached;
    if (own.revision > cached.revision) return own;
    this.written.delete(key);
    return cached;
  }

  private remember(key: string, value: Buffer, revision: number): void {
    this.written.delete(key);
    this.written.set(key, this.resource.cache.format.read({ key, value, createRevision: revision, modRevision: revision }));
    if (this.written.size <= MAX_WRITTEN) return;
    const [oldest] = this.written.keys();
    if (oldest !== undefined) this.written.delete(oldest);
  }

  private parse({ bytes }: Entry): Quota {
    return parseObject(bytes) as Quota;
  }
}
