import type { Entry } from './entry';
import type { CacheEvent } from './event-ring';
import type { ResourceCache } from './resource-cache';

/** Keeps something of its own in step with a cache. */
export interface CacheFollower {
  /** Everything anew: at first, and after a lost watch. */
  reset(entries: Iterable<Entry>): void;
  changed(event: CacheEvent): void;
}

/** Tells the follower of all that the cache holds and of every change, as long as there is the cache. */
export function followCache(cache: ResourceCache, follower: CacheFollower): void {
  const listen = (): void => {
    cache.listen({ event: (event) => follower.changed(event), closed: listen });
    follower.reset(cache.entries.values());
  };
  listen();
}
