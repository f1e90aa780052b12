import type { Clock } from '@typekube/component-base';

const MAX_SECONDS = 32;

/** How long who is refused is asked to wait: longer while many are, from one second up to 32 (upstream's dropped requests tracker). */
export class RetryAfter {
  private current = 1;
  private dropped = 0;
  private windowStart: number;

  constructor(private readonly clock: Clock) {
    this.windowStart = clock.monotonic();
  }

  /** Counts a refusal. */
  drop(): number {
    const now = this.clock.monotonic();
    if (now - this.windowStart >= 1000) {
      this.adjust(Math.floor((now - this.windowStart) / 1000));
      this.windowStart = now;
    }
    this.dropped += 1;
    return this.current;
  }

  /** Of what was refused in the last window; windows without any halve it. */
  private adjust(windows: number): void {
    if (this.dropped >= 3 * this.current) this.current = Math.min(MAX_SECONDS, this.current * 2);
    else if (this.dropped < this.current) this.current = Math.max(1, Math.floor(this.current / 2));
    for (let empty = 1; empty < windows && this.current > 1; empty += 1) this.current = Math.floor(this.current / 2);
    this.dropped = 0;
  }
}
