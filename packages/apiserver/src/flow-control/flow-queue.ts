import type { FlowRequest } from './flow-request';

/** One of a queue set's queues: requests in the order in which they came, and the work that it has been given. */
export class FlowQueue {
  readonly waiting: FlowRequest[] = [];
  executing = 0;
  seatsInUse = 0;
  /** Work of what waits, in seat-seconds. */
  workWaiting = 0;
  /** The progress (in the queue set's R) at which its next request would start if every queue had its fair part. */
  nextDispatchR = 0;

  get isIdle(): boolean {
    return this.waiting.length === 0 && this.executing === 0;
  }

  push(request: FlowRequest): void {
    this.waiting.push(request);
    this.workWaiting += request.work;
  }

  /** Takes out the oldest, or another one that must not wait any more. */
  remove(request: FlowRequest): void {
    const at = this.waiting.indexOf(request);
    if (at < 0) return;
    this.waiting.splice(at, 1);
    this.workWaiting = this.waiting.length ? this.workWaiting - request.work : 0;
  }

  /** A queue that asked for less than its part must not save it up: nothing starts, in progress, before it has come. */
  bound(): void {
    const oldest = this.waiting[0];
    if (oldest && this.nextDispatchR < oldest.arrivedR) this.nextDispatchR = oldest.arrivedR;
  }
}
