import type { Clock, Timer } from '../clock';

interface Pending {
  readonly at: number;
  readonly callback: () => void;
}

/** A clock that stands still until it is told to advance. */
export class FakeClock implements Clock {
  private elapsed = 0;
  private pending: Pending[] = [];

  constructor(private readonly start = 0) {}

  now(): number {
    return this.start + this.elapsed;
  }

  monotonic(): number {
    return this.elapsed;
  }

  after(milliseconds: number, callback: () => void): Timer {
    const entry: Pending = { at: this.elapsed + Math.max(0, milliseconds), callback };
    this.pending.push(entry);
    return { cancel: () => void (this.pending = this.pending.filter((other) => other !== entry)) };
  }

  /** How many timers wait. */
  get waiting(): number {
    return this.pending.length;
  }

  /** Lets time pass and calls back all that is due, in order of time, also what callbacks add. */
  advance(milliseconds: number): void {
    const end = this.elapsed + milliseconds;
    for (;;) {
      const next = this.pending.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.elapsed = next.at;
      this.pending = this.pending.filter((other) => other !== next);
      next.callback();
    }
    this.elapsed = end;
  }
}
