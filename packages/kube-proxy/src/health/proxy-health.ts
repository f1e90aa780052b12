import type { Clock } from '@typekube/component-base';
import type { IpFamily } from '../model/ip-family';

/**
 * Whether the proxy keeps up: a change must be in the kernel in time. Quiet times are healthy (upstream's
 * proxy_health.go).
 */
export class ProxyHealth {
  private readonly pendingSince = new Map<IpFamily, number>();
  private readonly updatedAt = new Map<IpFamily, number>();
  private readonly startedAt: number;
  /** Whether load balancers may send traffic to the node. */
  isNodeEligible = true;

  constructor(
    private readonly clock: Clock,
    private readonly timeoutMilliseconds: number,
  ) {
    this.startedAt = clock.now();
  }

  /** There is a change to be brought into the kernel. */
  queued(family: IpFamily): void {
    if (!this.pendingSince.has(family)) this.pendingSince.set(family, this.clock.now());
  }

  /** All changes up to now are in the kernel. */
  updated(family: IpFamily): void {
    this.pendingSince.delete(family);
    this.updatedAt.set(family, this.clock.now());
  }

  get isHealthy(): boolean {
    const now = this.clock.now();
    return [...this.pendingSince.values()].every((since) => now - since < this.timeoutMilliseconds);
  }

  /** Milliseconds since 1970: now while it is healthy, else the last time that all was well. */
  get lastUpdated(): number {
    return this.isHealthy ? this.clock.now() : Math.min(...this.updatedAt.values(), this.clock.now(), ...this.neverUpdated());
  }

  private neverUpdated(): number[] {
    return [...this.pendingSince.keys()].filter((family) => !this.updatedAt.has(family)).map(() => this.startedAt);
  }
}
