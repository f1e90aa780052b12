import type { Clock, Timer } from '@typekube/component-base';

export type RunReason = 'requested' | 'retry' | 'periodic';

export interface BoundedRunnerOptions {
  /** Must not reject. Is never called twice at once. */
  readonly run: (reason: RunReason) => Promise<void>;
  /** On average requested runs are this far apart. */
  readonly minMilliseconds: number;
  /** Without any request it is run this often. */
  readonly maxMilliseconds: number;
  /** How many requested runs may follow each other at once after a quiet time. */
  readonly burst: number;
  readonly clock: Clock;
}

/**
 * Runs something soon after it is asked to, but not too often: the first requests at once, a storm of them at a steady rate
 * (upstream's BoundedFrequencyRunner).
 */
export class BoundedRunner {
  private isRequested = false;
  private retryAt = Number.POSITIVE_INFINITY;
  private lastRun: number;
  private tokens: number;
  private tokensAt: number;
  private wake: () => void = () => undefined;

  constructor(private readonly options: BoundedRunnerOptions) {
    const now = options.clock.monotonic();
    this.lastRun = now;
    this.tokensAt = now;
    this.tokens = options.burst;
  }

  /** Asks for a run that sees everything up to now. */
  request(): void {
    this.isRequested = true;
    this.wake();
  }

  /** Asks for a run in so many milliseconds at the latest, whatever the rate. */
  retryAfter(milliseconds: number): void {
    this.retryAt = Math.min(this.retryAt, this.options.clock.monotonic() + milliseconds);
    this.wake();
  }

  /** Runs until the signal is aborted; a run under way is waited for. */
  async loop(signal: AbortSignal): Promise<void> {
    const onAbort = (): void => this.wake();
    signal.addEventListener('abort', onAbort, { once: true });
    while (!signal.aborted) {
      const due = this.due();
      if (due.milliseconds <= 0) await this.runOnce(due.reason);
      else await this.sleep(due.milliseconds);
    }
    signal.removeEventListener('abort', onAbort);
  }

  private async runOnce(reason: RunReason): Promise<void> {
    if (this.isRequested) this.takeToken();
    this.isRequested = false;
    this.retryAt = Number.POSITIVE_INFINITY;
    this.lastRun = this.options.clock.monotonic();
    await this.options.run(reason);
  }

  private due(): { readonly reason: RunReason; readonly milliseconds: number } {
    const now = this.options.clock.monotonic();
    const candidates = [
      { reason: 'requested' as const, milliseconds: this.isRequested ? this.untilToken(now) : Number.POSITIVE_INFINITY },
      { reason: 'retry' as const, milliseconds: this.retryAt - now },
      { reason: 'periodic' as const, milliseconds: this.lastRun + this.options.maxMilliseconds - now },
    ];
    return candidates.reduce((first, next) => (next.milliseconds < first.milliseconds ? next : first));
  }

  private untilToken(now: number): number {
    const { minMilliseconds } = this.options;
    this.refill(now);
    return this.tokens >= 1 ? 0 : (1 - this.tokens) * minMilliseconds;
  }

  private takeToken(): void {
    this.refill(this.options.clock.monotonic());
    this.tokens = Math.max(0, this.tokens - 1);
  }

  private refill(now: number): void {
    const { minMilliseconds, burst } = this.options;
    const gained = minMilliseconds > 0 ? (now - this.tokensAt) / minMilliseconds : burst;
    this.tokens = Math.min(burst, this.tokens + gained);
    this.tokensAt = now;
  }

  private sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer: Timer = this.options.clock.after(milliseconds, () => this.wake());
      this.wake = () => {
        timer.cancel();
        this.wake = () => undefined;
        resolve();
      };
    });
  }
}
