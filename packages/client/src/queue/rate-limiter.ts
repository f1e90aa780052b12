import { type Clock, systemClock } from '@typekube/component-base';
import { TokenBucket } from '../transport/token-bucket';

/** Says how long an item that failed has to wait. */
export interface RateLimiter<K> {
  /** Counts a failure of the item, and gives the milliseconds until it may come again. */
  when(item: K): number;
  /** The item succeeded, or is given up: its failures are forgotten. */
  forget(item: K): void;
  /** How often it failed. */
  failures(item: K): number;
}

export interface RateLimits {
  /** The first pause of an item, which doubles with each failure. Default 5. */
  readonly baseMilliseconds?: number;
  /** The longest pause of an item. Default 1,000,000. */
  readonly maxMilliseconds?: number;
  /** Retries of all items together; default 10 a second, 100 at once. */
  readonly overall?: { readonly qps: number; readonly burst: number };
  readonly clock?: Clock;
}

/** Upstream's limiter of controllers: the longer of an item's own exponential pause and of a bucket for all items. */
export function controllerRateLimiter<K>(limits: RateLimits = {}): RateLimiter<K> {
  const { overall = { qps: 10, burst: 100 }, clock = systemClock } = limits;
  const items = itemRateLimiter<K>(limits);
  const bucket = new TokenBucket(overall.qps, overall.burst, clock);
  return { ...items, when: (item) => Math.max(items.when(item), bucket.reserve()) };
}

/** Only an item's own exponential pause (ItemExponentialFailureRateLimiter). */
export function itemRateLimiter<K>({ baseMilliseconds = 5, maxMilliseconds = 1_000_000 }: RateLimits = {}): RateLimiter<K> {
  const failures = new Map<K, number>();
  const count = (item: K): number => failures.get(item) ?? 0;
  return {
    when(item) {
      const before = count(item);
      failures.set(item, before + 1);
      return Math.min(maxMilliseconds, baseMilliseconds * 2 ** before);
    },
    forget: (item) => void failures.delete(item),
    failures: count,
  };
}
