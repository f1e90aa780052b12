import { type Clock, systemClock } from '@typekube/component-base';

export interface BackoffOptions {
  readonly initialMilliseconds: number;
  readonly maxMilliseconds: number;
  /** Default 2. */
  readonly factor?: number;
  /** Up to this share is added by chance: with 1, a pause of a second lasts one to two. Default 0. */
  readonly jitter?: number;
  /** After this long without a failure the pauses are short again. Default: never by themselves. */
  readonly resetMilliseconds?: number;
  readonly clock?: Clock;
  /** Between 0 and 1. Default Math.random. */
  readonly random?: () => number;
}

/** Pauses that grow with each failure. */
export class Backoff {
  private current: number;
  private lastAt = Number.NEGATIVE_INFINITY;
  private readonly clock: Clock;

  constructor(private readonly options: BackoffOptions) {
    this.current = options.initialMilliseconds;
    this.clock = options.clock ?? systemClock;
  }

  /** The milliseconds to wait now. */
  next(): number {
    const {
      initialMilliseconds,
      maxMilliseconds,
      factor = 2,
      jitter = 0,
      resetMilliseconds = Infinity,
      random = Math.random,
    } = this.options;
    const now = this.clock.monotonic();
    if (now - this.lastAt > resetMilliseconds) this.current = initialMilliseconds;
    this.lastAt = now;
    const pause = this.current;
    this.current = Math.min(maxMilliseconds, this.current * factor);
    return pause * (1 + jitter * random());
  }

  reset(): void {
    this.current = this.options.initialMilliseconds;
  }
}
