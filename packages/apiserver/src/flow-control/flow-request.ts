import type { RequestContext } from '../chain/request-context';
import type { FlowQueue } from './flow-queue';
import type { Flow } from './flow';
import { maxSeats, totalWork, type WorkEstimate } from './work-estimate';

/** Why a request is refused; upstream's label values. */
export type RejectReason = 'queue-full' | 'concurrency-limit' | 'time-out' | 'cancelled';

export type RequestState = 'new' | 'waiting' | 'executing' | 'finished' | RejectReason;

/** One request on its way through a priority level. */
export class FlowRequest {
  state: RequestState = 'new';
  /** Undefined where the level has no queues. */
  queue: FlowQueue | undefined;
  /** Seconds of the clock; `arrivedR` in the queue set's own progress. */
  arrivedAt = 0;
  arrivedR = 0;
  startedAt = 0;
  /** Among those that execute. */
  place = -1;
  readonly seats: number;
  readonly work: number;
  private timer: { cancel(): void } | undefined;
  private decide: (() => void) | undefined;

  constructor(
    readonly flow: Flow,
    readonly estimate: WorkEstimate,
    readonly isWatch = false,
    /** Whose it is and what it asks for, until it is over: for people who look. */
    public asked?: Pick<RequestContext, 'user' | 'info'>,
  ) {
    this.seats = maxSeats(estimate);
    this.work = totalWork(estimate);
  }

  /** Resolves when the request is no longer waiting. */
  decided(): Promise<void> {
    if (this.state !== 'waiting') return Promise.resolve();
    return new Promise((resolve) => (this.decide = resolve));
  }

  /** Becomes `waiting`; `timer` ends it when that takes too long. */
  wait(timer: { cancel(): void }): void {
    this.state = 'waiting';
    this.timer = timer;
  }

  settle(state: RequestState): void {
    this.timer?.cancel();
    this.state = state;
    // Its seats may be held for a while longer, which must not hold all that belongs to the request.
    if (state !== 'executing') this.asked = undefined;
    this.decide?.();
  }
}
