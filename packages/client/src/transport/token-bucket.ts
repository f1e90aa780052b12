import { type Clock, sleep, systemClock } from '@typekube/component-base';

/**
 * Lets `burst` things through at once and then `perSecond`, as golang.org/x/time/rate. Whoever reserves is served in order:
 * the debt grows with each reservation.
 */
export class TokenBucket {
  private tokens: number;
  private at: number;

  constructor(
    private readonly perSecond: number,
    private readonly burst: number,
    private readonly clock: Clock = systemClock,
  ) {
    this.tokens = burst;
    this.at = clock.monotonic();
  }

  /** Takes a token and gives the milliseconds to wait for it: 0 while there are some. */
  reserve(): number {
    this.refill();
    this.tokens -= 1;
    return this.tokens >= 0 ? 0 : (-this.tokens / this.perSecond) * 1000;
  }

  /** Takes a token if there is one now. */
  tryTake(): boolean {
    this.refill();
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }

  /** Takes a token and waits for it. Rejects with the signal's reason. */
  async wait(signal?: AbortSignal): Promise<void> {
    const milliseconds = this.reserve();
    if (milliseconds > 0) await sleep(this.clock, milliseconds, signal);
  }

  private refill(): void {
    const now = this.clock.monotonic();
    this.tokens = Math.min(this.burst, this.tokens + ((now - this.at) / 1000) * this.perSecond);
    this.at = now;
  }
}
