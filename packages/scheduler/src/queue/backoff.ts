import type { Clock, Timer } from '@typekube/component-base';
import type { QueuedPod } from '../framework/queued-pod';
import { KeyedHeap } from './heap';

export interface BackoffOptions {
  /** The first wait, in milliseconds. Default 1 s. */
  readonly initial?: number;
  /** The longest wait. Default 10 s. */
  readonly max?: number;
}

/**
 * The pods that wait after a failure: each for a time that doubles with its failures. Attempts that broke count for themselves
 * while they come in a row, so that a broken API server does not punish pods that do not fit. (backoffQueue)
 */
export class BackoffQueue {
  private readonly initial: number;
  private readonly max: number;
  /** Refused pods, and apart from them those whose last attempt broke: these are never taken early. */
  private readonly refused = new KeyedHeap<QueuedPod>((a, b) => this.expiry(a) < this.expiry(b));
  private readonly broken = new KeyedHeap<QueuedPod>((a, b) => this.expiry(a) < this.expiry(b));
  private timer: Timer | undefined;
  private isClosed = false;

  constructor(
    { initial = 1000, max = 10_000 }: BackoffOptions = {},
    private readonly clock: Clock,
    /** Is given each pod whose wait is over. */
    private readonly onDue: (queued: QueuedPod) => void,
  ) {
    this.initial = initial;
    this.max = max;
  }

  /** When the pod's wait is over; its own timestamp where it need not wait. */
  expiry({ timestamp, consecutiveErrors, unschedulableCount }: QueuedPod): number {
    const failures = consecutiveErrors > 0 ? consecutiveErrors : unschedulableCount;
    return timestamp + (failures === 0 ? 0 : Math.min(this.initial * 2 ** (failures - 1), this.max));
  }

  get size(): number {
    return this.refused.size + this.broken.size;
  }

  get(uid: string): QueuedPod | undefined {
    return this.refused.get(uid) ?? this.broken.get(uid);
  }

  add(queued: QueuedPod): void {
    (queued.consecutiveErrors > 0 ? this.broken : this.refused).set(queued.uid, queued);
    this.schedule();
  }

  delete(uid: string): void {
    this.refused.delete(uid);
    this.broken.delete(uid);
  }

  values(): QueuedPod[] {
    return [...this.refused.values(), ...this.broken.values()];
  }

  /** The refused pod that would be next: for a scheduler that has nothing else to do. */
  takeEarly(): QueuedPod | undefined {
    return this.refused.pop();
  }

  close(): void {
    this.isClosed = true;
    this.timer?.cancel();
  }

  private schedule(): void {
    this.timer?.cancel();
    const next = [this.refused.peek(), this.broken.peek()].flatMap((queued) => (queued ? [this.expiry(queued)] : []));
    if (!next.length || this.isClosed) return;
    this.timer = this.clock.after(Math.max(0, Math.min(...next) - this.clock.now()), () => this.flush());
  }

  private flush(): void {
    const now = this.clock.now();
    for (const heap of [this.refused, this.broken]) {
      for (let next = heap.peek(); next && this.expiry(next) <= now; next = heap.peek()) {
        heap.pop();
        this.onDue(next);
      }
    }
    this.schedule();
  }
}
