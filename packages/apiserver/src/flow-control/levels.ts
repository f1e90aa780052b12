import type { Clock } from '@typekube/component-base';
import { allocate, type Claim, divideSeats } from './concurrency';
import type { LoopTurns } from './loop-turns';
import { type LevelObject, PriorityLevel } from './priority-level';

/** The priority levels and how the server's seats are divided among them at present. */
export class PriorityLevels {
  private levels = new Map<string, PriorityLevel>();
  /** What part of its demand each level gets. */
  fairFraction = 0;

  constructor(
    private readonly serverSeats: number,
    private readonly clock: Clock,
    private readonly turns: LoopTurns,
  ) {}

  get(name: string): PriorityLevel | undefined {
    return this.levels.get(name);
  }

  get all(): Iterable<PriorityLevel> {
    return this.levels.values();
  }

  /** Takes over a new configuration. A level that is no longer wanted stays, with seats of its own, until its last request has left. */
  update(objects: ReadonlyMap<string, LevelObject>): void {
    const next = new Map<string, PriorityLevel>();
    for (const [name, object] of objects) {
      const level = this.levels.get(name) ?? new PriorityLevel(name, object, this.clock, this.turns);
      level.object = object;
      level.isQuiescing = false;
      next.set(name, level);
    }
    for (const [name, level] of this.levels) {
      if (next.has(name) || level.queues.isIdle) continue;
      level.isQuiescing = true;
      next.set(name, level);
    }
    this.levels = next;
    const all = [...next.values()];
    const limits = divideSeats(all.map(({ shares }) => shares), this.serverSeats);
    all.forEach((level, i) => {
      const { nominal, lower } = (level.limits = limits[i]!);
      // Half of what it would lend is lent until its demand is known.
      level.seats ??= nominal - Math.floor((nominal - lower) / 2);
    });
    this.borrow();
  }

  /** Lets levels that need more have the seats of those that need less; called from time to time. */
  borrow(): void {
    const now = this.clock.monotonic() / 1000;
    const all = [...this.levels.values()];
    const claims = all.map((level) => {
      level.takeDemand(now);
      return claimOf(level);
    });
    const sum = all.reduce((total, { limits }) => total + limits.nominal, 0);
    const found = allocate(sum, claims);
    all.forEach((level, i) => {
      level.target = claims[i]!.target;
      // Where the bounds leave no way, all stay with what they have.
      level.apply(Math.round(found?.parts[i] ?? level.seats ?? 0));
    });
    this.fairFraction = found?.fraction ?? this.fairFraction;
  }

  /** Whether there is one that may go. */
  get hasIdleLeftover(): boolean {
    return [...this.levels.values()].some(({ isQuiescing, queues }) => isQuiescing && queues.isIdle);
  }

  stop(): void {
    for (const { queues } of this.levels.values()) queues.stop();
  }
}

/** A level gets back what it has lent as far as it has needed it lately. */
function claimOf({ limits: { nominal, lower, upper }, demand, smoothedDemand }: PriorityLevel): Claim {
  const least = Math.max(lower, Math.min(nominal, demand.highest));
  return { lower: least, upper, target: Math.max(least, smoothedDemand) };
}
