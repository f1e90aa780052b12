import { type Clock, formatGoDuration, type Timer } from '@typekube/component-base';
import { type Pod, uidOf } from './objects';
import { saidBy, type Status, unschedulable } from './status';

/** A pod that Permit plugins have made wait before it is bound. */
export class WaitingPod {
  private readonly timers = new Map<string, Timer>();
  private readonly settled: Promise<Status | undefined>;
  private settle: (status: Status | undefined) => void = () => undefined;

  constructor(
    readonly pod: Pod,
    plugins: ReadonlyMap<string, number>,
    clock: Clock,
  ) {
    this.settled = new Promise((resolve) => (this.settle = resolve));
    for (const [plugin, timeout] of plugins) {
      const onTimeout = (): void =>
        this.reject(plugin, `rejected due to timeout after waiting ${formatGoDuration(timeout)} at plugin ${plugin}`);
      this.timers.set(plugin, clock.after(timeout, onTimeout));
    }
  }

  /** The plugins that still keep it waiting. */
  pendingPlugins(): string[] {
    return [...this.timers.keys()];
  }

  /** One plugin lets it go; when the last does, it is bound. */
  allow(plugin: string): void {
    this.timers.get(plugin)?.cancel();
    this.timers.delete(plugin);
    if (this.timers.size === 0) this.settle(undefined);
  }

  /** The pod is not to be bound, and is tried again later. */
  reject(plugin: string, reason: string): void {
    for (const timer of this.timers.values()) timer.cancel();
    this.settle(saidBy(plugin, unschedulable(reason)));
  }

  /** The outcome: undefined when all have allowed it. */
  wait(): Promise<Status | undefined> {
    return this.settled;
  }
}

/** The pods that wait for Permit plugins, by uid. */
export class WaitingPods {
  private readonly pods = new Map<string, WaitingPod>();

  add(pod: WaitingPod): void {
    this.pods.set(uidOf(pod.pod), pod);
  }

  remove(uid: string): void {
    this.pods.delete(uid);
  }

  get(uid: string): WaitingPod | undefined {
    return this.pods.get(uid);
  }

  all(): readonly WaitingPod[] {
    return [...this.pods.values()];
  }
}
