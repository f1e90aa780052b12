import type { Clock } from '@typekube/component-base';

interface Entry {
  readonly delay: number;
  readonly lastUpdate: number;
}

/**
 * Delays that double with each failure (client-go's flowcontrol.Backoff): first `initial`, at the most `max` milliseconds; forgotten
 * twice the maximum after the last failure.
 */
export class Backoff {
  private readonly entries = new Map<string, Entry>();

  constructor(
    private readonly clock: Clock,
    private readonly initial: number,
    private readonly max: number,
  ) {}

  /** A failure at `eventTime`: the next try waits longer. */
  next(key: string, eventTime: number): void {
    const entry = this.entries.get(key);
    const delay = !entry || this.isExpired(entry, eventTime) ? this.initial : Math.min(entry.delay * 2, this.max);
    this.entries.set(key, { delay, lastUpdate: this.clock.now() });
  }

  /** How long one that failed at `eventTime` still has to wait; 0 where it need not. */
  remaining(key: string, eventTime: number): number {
    const entry = this.entries.get(key);
    if (!entry || this.isExpired(entry, eventTime)) return 0;
    return Math.max(0, eventTime + entry.delay - this.clock.now());
  }

  /** The present delay in milliseconds. */
  delay(key: string): number {
    return this.entries.get(key)?.delay ?? 0;
  }

  /** Forgets all keys with that beginning. */
  forget(prefix: string): void {
    for (const key of this.entries.keys()) if (key.startsWith(prefix)) this.entries.delete(key);
  }

  private isExpired({ lastUpdate }: Entry, eventTime: number): boolean {
    return eventTime - lastUpdate > this.max * 2;
  }
}
