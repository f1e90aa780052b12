export interface RateLimitsOptions {
  /** What comes back in a second. */
  readonly qps: number;
  /** The most that can be taken at once. */
  readonly burst: number;
  /** Keys remembered; the one used longest ago is forgotten first. */
  readonly size: number;
  /** In milliseconds. */
  readonly now: () => number;
}

interface Bucket {
  tokens: number;
  at: number;
}

/** A token bucket for each key. */
export class RateLimits {
  private readonly buckets = new Map<string, Bucket>();

  constructor(private readonly options: RateLimitsOptions) {}

  /** Whether there was one to take. */
  take(key: string): boolean {
    const { qps, burst, size, now } = this.options;
    const at = now();
    const { tokens, at: last } = this.buckets.get(key) ?? { tokens: burst, at };
    const present = Math.min(burst, tokens + ((at - last) / 1000) * qps);
    const isGranted = present >= 1;
    this.buckets.delete(key);
    this.buckets.set(key, { tokens: isGranted ? present - 1 : present, at });
    if (this.buckets.size > size) {
      const [oldest] = this.buckets.keys();
      if (oldest !== undefined) this.buckets.delete(oldest);
    }
    return isGranted;
  }
}
