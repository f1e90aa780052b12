import type { Clock } from '@typekube/component-base';
import type { ResourceCache } from '../cache/resource-cache';

export interface ObjectSize {
  readonly count: number;
  readonly averageBytes: number;
}

/** An average is measured anew after that, as upstream counts. */
const KEEP_MS = 60_000;
const SAMPLE = 100;

/** How many objects there are of a resource, and how large they are on average, by a sample. */
export class ObjectSizes {
  private readonly averages = new Map<ResourceCache, { readonly bytes: number; readonly at: number }>();

  /** `cacheOf` finds the cache of a stored resource, if it is one. */
  constructor(
    private readonly cacheOf: (group: string, plural: string) => ResourceCache | undefined,
    private readonly clock: Clock,
  ) {}

  of(group: string, plural: string): ObjectSize | undefined {
    const cache = this.cacheOf(group, plural);
    return cache && { count: cache.size, averageBytes: this.averageOf(cache) };
  }

  private averageOf(cache: ResourceCache): number {
    const known = this.averages.get(cache);
    const now = this.clock.monotonic();
    if (known && now - known.at < KEEP_MS) return known.bytes;
    if (cache.size === 0) return 0;
    let [bytes, count] = [0, 0];
    for (const entry of cache.entries.values()) {
      bytes += entry.bytes.length;
      count += 1;
      if (count >= SAMPLE) break;
    }
    const average = Math.ceil(bytes / count);
    this.averages.set(cache, { bytes: average, at: now });
    return average;
  }
}
