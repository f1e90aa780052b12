import type { Entry } from './entry';

/** One change of one object, as watchers see it. For a delete, `entry` is the last state at the delete's revision. */
export interface CacheEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly revision: number;
  readonly entry: Entry;
  readonly previous: Entry | undefined;
}

/**
 * The recent events of one resource, so that a watch may start in the past. Old events fall out by number and by age:
 * it grows up to `maxEvents` only while events are younger than `keepMs`.
 */
export class EventRing {
  private events: CacheEvent[] = [];
  private times: number[] = [];
  private first = 0;

  constructor(
    /** A watch may start after this revision or any later one. */
    private startRevision: number,
    private readonly limits: { minEvents: number; maxEvents: number; keepMs: number } = {
      minEvents: 100,
      maxEvents: 102_400,
      keepMs: 75_000,
    },
  ) {}

  /** The oldest revision after which every event is still here. */
  get oldestStart(): number {
    return this.startRevision;
  }

  get size(): number {
    return this.events.length - this.first;
  }

  push(event: CacheEvent, now: number): void {
    this.events.push(event);
    this.times.push(now);
    while (this.size > this.limits.minEvents && this.mayDropOldest(now)) {
      this.startRevision = this.events[this.first]!.revision;
      this.first += 1;
    }
    if (this.first > 1024 && this.first * 2 > this.events.length) this.compact();
  }

  /** Events with a revision above `revision`, oldest first; undefined if some of them are gone. */
  after(revision: number): CacheEvent[] | undefined {
    if (revision < this.startRevision) return undefined;
    return this.events.slice(this.indexAfter(revision));
  }

  private mayDropOldest(now: number): boolean {
    return this.size > this.limits.maxEvents || now - this.times[this.first]! > this.limits.keepMs;
  }

  private indexAfter(revision: number): number {
    let low = this.first;
    let high = this.events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.events[middle]!.revision > revision) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  private compact(): void {
    this.events = this.events.slice(this.first);
    this.times = this.times.slice(this.first);
    this.first = 0;
  }
}
