import type { corev1 } from '@typekube/api';
import { type Pod, uidOf } from '../objects';

/** Where the statuses of pods go. */
export interface Statuses {
  /** The pod with the newest status that is known. */
  newest(pod: Pod): Pod;
  /** This is the pod's status now. */
  submit(pod: Pod, status: corev1.PodStatus): void;
  /** Resolves when the last status is written. */
  flushed(uid: string): Promise<void>;
  /** Takes the pod itself away, now that nothing of it is left here. */
  remove(pod: Pod): Promise<void>;
  forget(uid: string): void;
  close(): void;
}

/** Of a kubelet that knows no API server: it remembers them, and its own server shows them. */
export class LocalStatuses implements Statuses {
  private readonly statuses = new Map<string, corev1.PodStatus>();

  newest(pod: Pod): Pod {
    const status = this.statuses.get(uidOf(pod));
    return status ? { ...pod, status } : pod;
  }

  submit(pod: Pod, status: corev1.PodStatus): void {
    this.statuses.set(uidOf(pod), status);
  }

  async flushed(): Promise<void> {}

  async remove(): Promise<void> {}

  forget(uid: string): void {
    this.statuses.delete(uid);
  }

  close(): void {
    this.statuses.clear();
  }
}
