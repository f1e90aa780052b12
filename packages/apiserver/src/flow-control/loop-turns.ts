import { type Clock, sleep } from '@typekube/component-base';

/** One that has requests waiting for nothing but the loop. */
export interface TurnTaker {
  /** Its part of the turns, in proportion to those of others. */
  readonly weight: number;
  /** Whether it has anything that could start. */
  readonly wantsTurn: boolean;
  /** The width of the request whose turn it is; 0 if there is none. */
  readonly nextWidth: number;
  /** Starts the request whose turn it is, and tells its width; 0 if none could start. */
  startNext(): number;
}

/** Work in one turn of the loop after which what comes has to wait for the next one. */
const TURN_MS = 2;
/** What is started of what waits before the loop looks for what has come meanwhile: one list of hundreds, or a few short requests. */
const TURN_WIDTH = 6;
/** So many long answers are sent at one time. More would not go out sooner, but hold the seats of those who ask for little. */
const MAX_LONG_ANSWERS = 2;
/** How long a refusal is held back while the loop is busy, or there are many: not longer than the least that `Retry-After` asks for. */
const HOLD_MS = 1000;
const MAX_HELD = 1000;
/** Of the refusals that have been held back so many go out in a turn: what was refused together must not come again together. */
const TURN_REFUSALS = 4;
/** So many refusals go out at once within a second; with more, somebody does not heed them. */
const PROMPT_REFUSALS = 20;

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
  private refusals = { since: -Infinity, sent: 0 };
  /** Refusals that have been held back for long enough. */
  private readonly due: (() => void)[] = [];

  /** `longAnswers`: how many that could be sent wait for the loop. */
  constructor(
    private readonly clock: Clock,
    private readonly longAnswers: () => number = () => 0,
  ) {}

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
   * Resolves when a refusal may be sent: while the loop is busy, or many are refused, after a moment, so that a client that asks again at once, whatever it is told,
   * does not take the loop from others by being refused.
   */
  async holdRefusal(): Promise<void> {
    if ((this.hasTime && this.isPrompt()) || this.held >= MAX_HELD) return;
    this.held += 1;
    await sleep(this.clock, HOLD_MS);
    await new Promise<void>((resolve) => {
      this.due.push(resolve);
      if (this.openedAt === undefined) this.open();
    });
    this.held -= 1;
  }

  private isPrompt(): boolean {
    const now = this.clock.monotonic();
    if (now - this.refusals.since >= HOLD_MS) this.refusals = { since: now, sent: 0 };
    this.refusals.sent += 1;
    return this.refusals.sent <= PROMPT_REFUSALS;
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
    const onlyNarrow = this.longAnswers() >= MAX_LONG_ANSWERS;
    for (let width = 0; width < TURN_WIDTH; ) {
      const next = this.leastFar(onlyNarrow);
      if (!next) return;
      width += this.startOne(next);
    }
  };

  private leastFar(onlyNarrow: boolean): TurnTaker | undefined {
    let next: TurnTaker | undefined;
    let least = Infinity;
    for (const [taker, progress] of this.progress) {
      if (progress >= least || (onlyNarrow && taker.nextWidth > 1)) continue;
      least = progress;
      next = taker;
    }
    return next;
  }

  private startOne(next: TurnTaker): number {
    const progress = this.progress.get(next) ?? this.furthest;
    const width = next.startNext();
    this.furthest = progress;
    if (width > 0 && next.wantsTurn) this.progress.set(next, progress + width / Math.max(1, next.weight));
    else this.progress.delete(next);
    return width;
  }
}
