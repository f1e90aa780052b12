import type { Clock } from '@typekube/component-base';
import { FlowQueue } from './flow-queue';
import type { FlowRequest, RejectReason } from './flow-request';
import { Lingering } from './lingering';
import type { LoopTurns, TurnTaker } from './loop-turns';
import { SeatDemandIntegrator } from './seat-demand';
import { expectedWork } from './work-estimate';

/** How what does not fit is dealt with. */
export interface QueueSetConfig {
  /** -1: everything fits (the exempt level); 0: what does not fit is refused. */
  readonly queues: number;
  readonly queueLengthLimit: number;
}

/**
 * Lets requests run within a number of seats, and fairly where there are not enough: upstream's queueset (fair queuing for server requests,
 * KEP-1040). R is the progress that each busy queue has been due, in seat-seconds; the queue goes first whose oldest request would be finished
 * first if each had got exactly its part.
 */
export class QueueSet implements TurnTaker {
  readonly queues: FlowQueue[] = [];
  /**
   * What runs now, in no order: for people who look. No Set: each table that a set has outgrown refers to the next one, so that one table in V8's
   * old space keeps all requests that come after it.
   */
  readonly executing: FlowRequest[] = [];
  readonly demand: SeatDemandIntegrator;
  private config: QueueSetConfig = { queues: 0, queueLengthLimit: 0 };
  private limit = 0;
  private r = 0;
  private syncedAt: number;
  private robin = 0;
  private enqueued = 0;
  private activeQueues = 0;
  private requestsWaiting = 0;
  private requestsExecuting = 0;
  private inUse = 0;
  private seatsAwaited = 0;
  private readonly lingering: Lingering<FlowRequest>;

  /** With `turns`, requests take turns with those of other levels; without, all starts at once that has seats. */
  constructor(
    private readonly clock: Clock,
    private readonly turns?: LoopTurns,
  ) {
    this.syncedAt = this.now();
    this.demand = new SeatDemandIntegrator(this.syncedAt);
    this.lingering = new Lingering(clock, (requests) => this.releaseAll(requests));
  }

  /** Numbers for metrics and dumps. */
  get numbers(): { waiting: number; executing: number; seatsInUse: number; seatsWaiting: number; limit: number; r: number } {
    const { requestsWaiting: waiting, requestsExecuting: executing, inUse: seatsInUse, seatsAwaited: seatsWaiting, limit, r } = this;
    return { waiting, executing, seatsInUse, seatsWaiting, limit, r };
  }

  get isIdle(): boolean {
    return this.requestsWaiting === 0 && this.requestsExecuting === 0;
  }

  get weight(): number {
    return this.limit;
  }

  get wantsTurn(): boolean {
    return this.requestsWaiting > 0 && this.inUse < this.limit;
  }

  get nextWidth(): number {
    return this.queues[this.nextQueue()]?.waiting[0]?.estimate.width ?? 0;
  }

  startNext(): number {
    if (!this.wantsTurn) return 0;
    this.sync();
    return this.dispatchOne();
  }

  /** Changes the rules; what waits may start at once. Queues too many go when they are empty. */
  configure(config: QueueSetConfig, limit: number): void {
    this.sync();
    this.config = config;
    this.limit = limit;
    while (this.queues.length < config.queues) this.queues.push(new FlowQueue());
    this.dropSpareQueues();
    this.dispatchAll();
  }

  /**
   * Afterwards the request is `executing`, `waiting` (for at most `waitSeconds`), or refused with a reason. What executes must be told `finish`,
   * what waits `cancel` if its client goes.
   */
  start(request: FlowRequest, waitSeconds: number): void {
    this.sync();
    request.arrivedAt = this.syncedAt;
    request.arrivedR = this.r;
    request.flow.stats.seats.observe(request.seats);
    if (this.config.queues < 1 && !this.fits(request)) return this.reject(request, 'concurrency-limit');
    if (this.config.queues < 1) this.execute(request, undefined);
    else this.startInQueue(request, this.pickQueue(request.flow.hand), waitSeconds);
    this.noteDemand();
  }

  /** Frees the seats, after the estimate's additional time. */
  finish(request: FlowRequest): void {
    if (request.state !== 'executing') return;
    this.sync();
    const { queue, estimate } = request;
    const took = this.syncedAt - request.startedAt;
    this.removeExecuting(request);
    request.settle('finished');
    request.flow.stats.executed(took, request.isWatch);
    this.requestsExecuting -= 1;
    if (queue) {
      queue.executing -= 1;
      if (queue.isIdle) this.activeQueues -= 1;
      queue.nextDispatchR -= expectedWork(estimate) - estimate.initialSeats * took;
      queue.bound();
    }
    if (estimate.additionalSeconds > 0) this.lingering.add(request, estimate.additionalSeconds);
    else this.release(request);
    this.dispatchAll();
    this.noteDemand();
  }

  private removeExecuting({ place }: FlowRequest): void {
    const last = this.executing.pop();
    if (!last || last.place === place) return;
    this.executing[place] = last;
    last.place = place;
  }

  /** Nobody waits for the answer any more. */
  cancel(request: FlowRequest): void {
    this.dismiss(request, 'cancelled');
  }

  /** Ends its timers; what waits is refused. */
  stop(): void {
    this.lingering.stop();
    for (const { waiting } of this.queues) for (const request of [...waiting]) this.dismiss(request, 'cancelled');
  }

  private startInQueue(request: FlowRequest, queue: FlowQueue, waitSeconds: number): void {
    // What waits only for its turn of the loop is as good as started.
    if (this.inUse + (this.turns ? this.seatsAwaited : 0) >= this.limit && queue.waiting.length >= this.config.queueLengthLimit) return this.reject(request, 'queue-full');
    if (queue.isIdle) {
      request.arrivedR = queue.nextDispatchR = this.newcomersR(queue);
      this.activeQueues += 1;
    }
    request.queue = queue;
    request.flow.stats.queueLength.observe(queue.waiting.length + 1);
    // Nobody else waits and there is room: what follows below, without the queue.
    if (this.requestsWaiting === 0 && this.fits(request) && this.turns?.hasTime !== false) {
      if (queue.nextDispatchR < request.arrivedR) queue.nextDispatchR = request.arrivedR;
      return this.execute(request, queue);
    }
    queue.push(request);
    this.requestsWaiting += 1;
    this.seatsAwaited += request.seats;
    request.flow.stats.waiting += 1;
    request.flow.stats.seatsWaiting += request.seats;
    request.wait(this.clock.after(waitSeconds * 1000, () => this.dismiss(request, 'time-out')));
    queue.bound();
    this.dispatchAll();
  }

  /**
   * Where a queue begins that was idle. (Upstream: at R. But each request of a user who wants little moves R on for all, and those who wait fall behind it by
   * and by, until he waits for them all.) Not before those that wait, and not before what it has had already.
   */
  private newcomersR(queue: FlowQueue): number {
    if (this.requestsWaiting === 0) return this.r;
    let least = this.r;
    for (const { waiting, nextDispatchR } of this.queues) if (waiting.length > 0 && nextDispatchR < least) least = nextDispatchR;
    return Math.min(this.r, Math.max(least, queue.nextDispatchR));
  }

  private execute(request: FlowRequest, queue: FlowQueue | undefined): void {
    const { stats } = request.flow;
    request.startedAt = this.syncedAt;
    this.requestsExecuting += 1;
    this.inUse += request.seats;
    stats.dispatched(this.syncedAt - request.arrivedAt, request.seats);
    if (queue) {
      queue.executing += 1;
      queue.seatsInUse += request.seats;
      queue.nextDispatchR += request.work;
    }
    request.place = this.executing.push(request) - 1;
    request.settle('executing');
  }

  private dispatchAll(): void {
    if (!this.wantsTurn) return;
    if (this.turns) this.turns.join(this);
    else while (this.wantsTurn && this.dispatchOne() > 0);
  }

  /** The width of what has started; 0 if none could. */
  private dispatchOne(): number {
    const index = this.nextQueue();
    const queue = this.queues[index];
    const request = queue?.waiting[0];
    if (!queue || !request) return 0;
    if (!this.fits(request)) {
      request.flow.stats.noAccommodation += 1;
      return 0;
    }
    // The search begins after it next time, so that others win where all is equal.
    this.robin = index;
    this.leaveQueue(request, queue);
    this.execute(request, queue);
    queue.bound();
    return request.estimate.width;
  }

  /** The index of the queue whose oldest request would be finished first. */
  private nextQueue(): number {
    let found = -1;
    let first = Infinity;
    const { length } = this.queues;
    for (let i = 1; i <= length; i += 1) {
      const index = (this.robin + i) % length;
      const queue = this.queues[index]!;
      const oldest = queue.waiting[0];
      if (!oldest) continue;
      const finish = queue.nextDispatchR + oldest.work;
      if (finish >= first) continue;
      first = finish;
      found = index;
    }
    return found;
  }

  /** Of the flow's queues the one with the least work waiting. They are looked at from another one on each time. */
  private pickQueue(hand: readonly number[]): FlowQueue {
    const offset = this.enqueued % hand.length;
    this.enqueued += 1;
    if (this.requestsWaiting === 0) return this.queues[hand[offset]!]!;
    let best: FlowQueue | undefined;
    for (let i = 0; i < hand.length; i += 1) {
      const queue = this.queues[hand[(offset + i) % hand.length]!]!;
      if (!best || queue.workWaiting < best.workWaiting) best = queue;
    }
    return best!;
  }

  /** A request for more seats than there are runs alone. */
  private fits({ seats }: FlowRequest): boolean {
    if (this.config.queues < 0) return true;
    if (seats > this.limit) return this.requestsExecuting === 0;
    return this.inUse + seats <= this.limit;
  }

  private reject(request: FlowRequest, reason: RejectReason): void {
    request.flow.stats.rejected(reason);
    request.settle(reason);
  }

  private dismiss(request: FlowRequest, reason: RejectReason): void {
    const { queue } = request;
    if (request.state !== 'waiting' || !queue) return;
    this.sync();
    this.leaveQueue(request, queue);
    if (queue.isIdle) this.activeQueues -= 1;
    queue.bound();
    request.flow.stats.waited(this.syncedAt - request.arrivedAt, false);
    this.reject(request, reason);
    this.noteDemand();
    // It may have been one that needs many seats, with others behind it that do not.
    this.dispatchAll();
  }

  private leaveQueue(request: FlowRequest, queue: FlowQueue): void {
    queue.remove(request);
    this.requestsWaiting -= 1;
    this.seatsAwaited -= request.seats;
    request.flow.stats.waiting -= 1;
    request.flow.stats.seatsWaiting -= request.seats;
  }

  private releaseAll(requests: readonly FlowRequest[]): void {
    this.sync();
    for (const request of requests) this.release(request);
    this.dispatchAll();
    this.noteDemand();
  }

  private release({ seats, queue, flow }: FlowRequest): void {
    this.inUse -= seats;
    flow.stats.seatsInUse -= seats;
    if (!queue) return;
    queue.seatsInUse -= seats;
    if (this.queues.length > this.config.queues) this.dropSpareQueues();
  }

  private dropSpareQueues(): void {
    while (this.queues.length > Math.max(0, this.config.queues) && this.queues.at(-1)?.isIdle) this.queues.pop();
  }

  /**
   * Brings R up to now: since the last time, each busy queue has been due its part of the seats that were in use. (Upstream reckons with those that
   * were asked for, too, which start there as long as there are seats. Here they may wait for their turn: R would run away from what queues get, and who
   * comes would wait until the others had caught up.)
   */
  private sync(): void {
    const now = this.now();
    if (this.activeQueues > 0) {
      this.r += ((now - this.syncedAt) * Math.min(this.inUse, this.limit)) / this.activeQueues;
    }
    this.syncedAt = now;
  }

  private noteDemand(): void {
    this.demand.set(this.inUse + this.seatsAwaited, this.syncedAt);
  }

  private now(): number {
    return this.clock.monotonic() / 1000;
  }
}
