import type { QueuedPod } from '../framework/queued-pod';

export interface BackoffOptions {
  /** The first wait, in milliseconds. Default 1 s. */
  readonly initial?: number;
  /** The longest wait. Default 10 s. */
  readonly max?: number;
}

/**
 * When a pod that could not be scheduled may be tried again: after a wait that doubles with each failure. Attempts that broke
 * count for themselves while they come in a row, so that a broken API server does not punish pods that do not fit.
 * (backoffQueue)
 */
export class Backoff {
  private readonly initial: number;
  private readonly max: number;

  constructor({ initial = 1000, max = 10_000 }: BackoffOptions = {}) {
    this.initial = initial;
    this.max = max;
  }

  /** When the wait is over; the pod's own timestamp where there is none. */
  expiry(pod: QueuedPod): number {
    return pod.timestamp + this.duration(pod.consecutiveErrors > 0 ? pod.consecutiveErrors : pod.unschedulableCount);
  }

  private duration(failures: number): number {
    return failures === 0 ? 0 : Math.min(this.initial * 2 ** (failures - 1), this.max);
  }
}
