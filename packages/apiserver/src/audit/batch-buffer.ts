import type { Clock, Timer } from '@typekube/component-base';
import type { AuditEvent } from './audit-event';

export interface BatchOptions {
  /** Events that may wait; what comes when it is full is dropped. */
  readonly bufferSize: number;
  readonly maxSize: number;
  /** How long an event waits for others; 0: not at all. */
  readonly maxWaitMs: number;
  /** Batches a second, and how many may go at once after a pause; undefined: as many as there are. */
  readonly throttle: { readonly qps: number; readonly burst: number } | undefined;
}

/** What may wait in sum, beside the number: an event may hold a whole list. */
export const MAX_WAITING_CHARS = 64 * 1024 * 1024;

/** Gathers events into batches and hands them on one after the other (upstream's buffered backend). */
export class BatchBuffer {
  dropped = 0;
  private readonly waiting: AuditEvent[] = [];
  private waitingChars = 0;
  private timer: Timer | undefined;
  private isSending = false;
  private isStopping = false;
  private idle: (() => void) | undefined;
  private tokens: number;
  private filledAt: number;

  constructor(
    private readonly options: BatchOptions,
    private readonly clock: Clock,
    /** Must not fail: it counts what it loses. */
    private readonly send: (batch: readonly AuditEvent[]) => Promise<void>,
  ) {
    this.tokens = options.throttle?.burst ?? 0;
    this.filledAt = clock.monotonic();
  }

  add(event: AuditEvent): void {
    const isFull = this.waiting.length >= this.options.bufferSize || this.waitingChars + event.chars > MAX_WAITING_CHARS;
    if (this.isStopping || isFull) this.dropped += 1;
    else {
      this.waiting.push(event);
      this.waitingChars += event.chars;
      this.schedule();
    }
  }

  /** Resolves when all that waits has been sent. Nothing is taken any more. */
  async stop(): Promise<void> {
    this.isStopping = true;
    this.timer?.cancel();
    if (this.waiting.length === 0 && !this.isSending) return;
    const done = new Promise<void>((resolve) => (this.idle = resolve));
    if (!this.isSending) void this.sendAll();
    await done;
  }

  private schedule(): void {
    if (this.isSending) return;
    if (this.waiting.length >= this.options.maxSize || this.options.maxWaitMs === 0) {
      this.timer?.cancel();
      this.timer = undefined;
      void this.sendAll();
    } else this.timer ??= this.clock.after(this.options.maxWaitMs, () => this.sendAll());
  }

  private async sendAll(): Promise<void> {
    this.timer = undefined;
    this.isSending = true;
    // What comes in the same turn goes along.
    await Promise.resolve();
    while (this.waiting.length) {
      await this.throttled();
      const batch = this.waiting.splice(0, this.options.maxSize);
      for (const { chars } of batch) this.waitingChars -= chars;
      await this.send(batch);
      if (!this.isStopping && this.waiting.length < this.options.maxSize && this.options.maxWaitMs > 0) break;
    }
    this.isSending = false;
    this.idle?.();
    if (this.waiting.length && !this.isStopping) this.schedule();
  }

  private async throttled(): Promise<void> {
    const { throttle } = this.options;
    if (!throttle || this.isStopping) return;
    const now = this.clock.monotonic();
    this.tokens = Math.min(throttle.burst, this.tokens + ((now - this.filledAt) / 1000) * throttle.qps);
    this.filledAt = now;
    const missing = 1 - this.tokens;
    this.tokens -= 1;
    if (missing > 0) await new Promise<void>((resolve) => this.clock.after((missing / throttle.qps) * 1000, resolve));
  }
}
