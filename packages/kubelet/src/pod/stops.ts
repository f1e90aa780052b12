import type { Clock } from '@typekube/component-base';
import { GracePeriod } from './grace-period';

interface Stop {
  readonly uid: string;
  readonly grace: GracePeriod;
  readonly ended: Promise<void>;
}

/**
 * The containers that are being ended. Each is ended once: who wants the same meanwhile waits for the end that is under way, which may only come
 * sooner by it.
 */
export class ContainerStops {
  private readonly underWay = new Map<string, Stop>();

  constructor(private readonly clock: Clock) {}

  /** Ends a container of the pod of that uid by `work`, unless that is being done already. */
  end(uid: string, containerId: string, { seconds, work }: { seconds: number; work: (grace: GracePeriod) => Promise<void> }): Promise<void> {
    const before = this.underWay.get(containerId);
    if (before) {
      before.grace.shorten(seconds);
      return before.ended;
    }
    const grace = new GracePeriod(this.clock, seconds);
    const ended = work(grace).finally(() => this.underWay.delete(containerId));
    this.underWay.set(containerId, { uid, grace, ended });
    return ended;
  }

  /** Those of the pod that are being ended have so many seconds more at the most. */
  shorten(uid: string, seconds: number): void {
    for (const stop of this.underWay.values()) if (stop.uid === uid) stop.grace.shorten(seconds);
  }
}
