import type { ClusterChange } from '../framework/events';

/**
 * The pods that are being scheduled, and what has happened since each was taken from the queue: a change that came meanwhile
 * may help a pod that was refused on older knowledge. Holds changes no longer than the oldest of these pods needs them.
 */
export class InFlight {
  private readonly startOf = new Map<string, number>();
  private changes: ClusterChange[] = [];
  /** How many changes have been dropped from the front. */
  private dropped = 0;

  begin(uid: string): void {
    this.startOf.set(uid, this.dropped + this.changes.length);
  }

  has(uid: string): boolean {
    return this.startOf.has(uid);
  }

  /** Notes a change; kept only while a pod is in flight. */
  note(change: ClusterChange): void {
    if (this.startOf.size) this.changes.push(change);
  }

  /** What has happened since the pod was taken. */
  changesSince(uid: string): readonly ClusterChange[] {
    const start = this.startOf.get(uid);
    return start === undefined ? [] : this.changes.slice(start - this.dropped);
  }

  /** The pod is done with. */
  end(uid: string): void {
    if (!this.startOf.delete(uid)) return;
    const end = this.dropped + this.changes.length;
    const oldest = Math.min(end, ...this.startOf.values());
    this.changes.splice(0, oldest - this.dropped);
    this.dropped = oldest;
  }
}
