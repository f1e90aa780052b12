import { type Clock, sleep } from '@typekube/component-base';

/** One that has requests waiting for nothing but the loop. */
export interface TurnTaker {
  /** Its part of the turns, in proportion to those of others. */
  readonly weight: number;
  /** Whether it has anything that could start. */
  readonly wantsTurn: boolean;
  /** Starts the request whose turn it is, and tells its width; 0 if none could start. */
  startNext(): number;
}

/** Work in one turn of the loop after which what comes has to wait for the next one. */
const TURN_MS = 2;
/** What is started of what waits before the loop looks for what has come meanwhile: one list of hundreds, or a few short requests. */
const TURN_WIDTH = 6;
/** How long a refusal is held back while the loop is busy: not longer than the least that `Retry-After` asks for. */
const HOLD_MS = 1000;
const MAX_HELD = 1000;
/** Of the refusals that have been held back so many go out in a turn: what was refused together must not come again together. */
const TURN_REFUSALS = 4;

/**
 * Shares the event loop among the priority levels. All requests run on one thread: seats alone would let hundreds start at once, which would
 * then wait for each other in the loop, in no fair order. So in each turn only so much starts as takes about two milliseconds; the rest waits in the
 * queues of its level, where fairness is. Between levels, turns are shared in proportion to their seats.
 */
export class LoopTurns {
  private openedAt: number | undefined;
  /** Who waits for a turn, and how far each has come: widths started, divided by its weight. */
  private readonly progress = new Map<TurnTaker, number>();
  private furthest = 0;
  private held = 0;
  /** Refusals that have been held back for long enough. */
  private readonly due: (() => void)[] = [];

  constructor(private readonly clock: Clock) {}

  /** Whether one more may start in the present turn. */
  get hasTime(): boolean {
    if (this.openedAt !== undefined) return this.clock.monotonic() - this.openedAt < TURN_MS;
    this.open();
    return true;
  }

  /** `taker` is asked to start what it has in the turns to come, until it has nothing more. */
  join(taker: TurnTaker): void {
    if (this.progress.has(taker)) return;
    // Who had nothing to do has saved nothing up.
    this.progress.set(taker, this.furthest);
    if (this.openedAt === undefined) this.open();
  }

  /**
   * Resolves when a refusal may be sent: while the loop is busy after a moment, so that a client that asks again at once, whatever it is told,
   * does not take the loop from others by being refused.
   */
  async holdRefusal(): Promise<void> {
    if (this.hasTime || this.held >= MAX_HELD) return;
    this.held += 1;
    await sleep(this.clock, HOLD_MS);
    await new Promise<void>((resolve) => {
      this.due.push(resolve);
      if (this.openedAt === undefined) this.open();
    });
    this.held -= 1;
  }

  private open(): void {
    this.openedAt = this.clock.monotonic();
    setImmediate(this.turn);
  }

  private readonly turn = (): void => {
    this.openedAt = undefined;
    if (this.progress.size === 0 && this.due.length === 0) return;
    this.open();
    for (const sendRefusal of this.due.splice(0, TURN_REFUSALS)) sendRefusal();
    for (let width = 0; width < TURN_WIDTH && this.progress.size > 0; ) width += this.startOne();
  };

  /** Of the one that has come least far. */
  private startOne(): number {
    let next: TurnTaker | undefined;
    let least = Infinity;
    for (const [taker, progress] of this.progress) {
      if (progress >= least) continue;
      least = progress;
      next = taker;
    }
    if (!next) return 0;
    const width = next.startNext();
    this.furthest = least;
    if (width > 0 && next.wantsTurn) this.progress.set(next, least + width / Math.max(1, next.weight));
    else this.progress.delete(next);
    return width;
  }
}
