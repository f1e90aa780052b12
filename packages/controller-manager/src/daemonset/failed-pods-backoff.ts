import type { Clock } from '@typekube/component-base';

const FIRST_MILLISECONDS = 1_000;
const LONGEST_MILLISECONDS = 15 * 60_000;
/** After this long without a failure the pause is short again. */
const FORGOTTEN_MILLISECONDS = 2 * LONGEST_MILLISECONDS;
const SWEEP_MILLISECONDS = 60_000;

interface Entry {
  readonly pause: number;
  readonly since: number;
}

/**
 * How long a failed pod stays before it is deleted and another takes its place: lest one that its kubelet refuses comes again and
 * again without a pause. Doubles with each failure on the same node. (flowcontrol.Backoff)
 */
export class FailedPodsBackoff {
  private readonly entries = new Map<string, Entry>();
  private lastSweep = 0;

  constructor(private readonly clock: Clock) {}

  /** Counts a failure and gives 0 where the pod may be deleted now, else the milliseconds to wait, without counting. */
  delayOf(key: string): number {
    const now = this.clock.monotonic();
    const entry = this.entries.get(key);
    const isForgotten = !entry || now - entry.since > FORGOTTEN_MILLISECONDS;
    if (!isForgotten && now - entry.since < entry.pause) return entry.since + entry.pause - now;
    this.sweep(now);
    this.entries.set(key, { pause: isForgotten ? FIRST_MILLISECONDS : Math.min(LONGEST_MILLISECONDS, entry.pause * 2), since: now });
    return 0;
  }

  /** Keys that have not failed for long are dropped now and then, so that there are not more than nodes that fail. */
  private sweep(now: number): void {
    if (now - this.lastSweep < SWEEP_MILLISECONDS) return;
    this.lastSweep = now;
    for (const [key, { since }] of this.entries) if (now - since > FORGOTTEN_MILLISECONDS) this.entries.delete(key);
  }
}
