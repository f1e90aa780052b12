import { type Clock, type Logger, silentLogger, systemClock, type Timer } from '@typekube/component-base';
import { type ClusterChange, FORCE_ACTIVATE, UNSCHEDULABLE_TIMEOUT } from '../framework/events';
import { type Pod, podKey, uidOf } from '../framework/objects';
import type { QueuedPod } from '../framework/queued-pod';
import type { Status } from '../framework/status';
import { type BackoffOptions, BackoffQueue } from './backoff';
import { KeyedHeap } from './heap';
import { type HintTable, isOfInterest, type Requeue, requeueAfter } from './hints';
import { InFlight } from './in-flight';
import { Nominator } from './nominator';
import { podChanges } from './pod-changes';

export interface QueueOptions {
  readonly less: (a: QueuedPod, b: QueuedPod) => boolean;
  /** The PreEnqueue plugins of the pod's profile: a refusal keeps it out. */
  readonly preEnqueue?: (pod: Pod) => Status | undefined;
  /** The events of the plugins of the pod's profile. */
  readonly hints: (pod: Pod) => HintTable;
  readonly backoff?: BackoffOptions;
  /** How long a pod may stay unschedulable without a new attempt, in milliseconds. Default 5 minutes. */
  readonly maxUnschedulable?: number;
  readonly clock?: Clock;
  readonly log?: Logger;
  /** Is told of each pod that enters a part of the queue, and why. */
  readonly observe?: (queue: 'active' | 'backoff' | 'unschedulable' | 'gated', event: string) => void;
}

/** How often pods are looked for that have been unschedulable for too long. */
const LEFTOVER_INTERVAL = 30_000;

/**
 * The pods to schedule: active ones in the order of the QueueSort plugin, those that wait for their backoff, and those that
 * wait for a change which may help. A pod that is being scheduled is in none of them; `done` or `addUnschedulable` ends that.
 * (PriorityQueue)
 */
export class SchedulingQueue {
  readonly nominator = new Nominator();
  private readonly active: KeyedHeap<QueuedPod>;
  private readonly backingOff: BackoffQueue;
  /** Waiting for a change, gated ones among them. */
  private readonly unschedulable = new Map<string, QueuedPod>();
  private readonly inFlight = new InFlight();
  private readonly clock: Clock;
  private readonly log: Logger;
  private readonly waiters: ((pod: QueuedPod | undefined) => void)[] = [];
  private leftoverTimer: Timer | undefined;
  private isClosed = false;

  constructor(private readonly options: QueueOptions) {
    this.clock = options.clock ?? systemClock;
    this.log = options.log ?? silentLogger;
    this.active = new KeyedHeap(options.less);
    this.backingOff = new BackoffQueue(options.backoff, this.clock, (queued) =>
      this.enter(queued, 'BackoffComplete', 'immediately'),
    );
    this.scheduleLeftovers();
  }

  /** A new pod to schedule. */
  add(pod: Pod): void {
    const now = this.clock.now();
    this.enter(newQueuedPod(pod, now), 'PodAdd', 'immediately');
    this.nominator.add(pod);
  }

  /** The next pod; waits for one. Undefined when the queue is closed. */
  pop(): Promise<QueuedPod | undefined> {
    if (this.isClosed) return Promise.resolve(undefined);
    const next = this.take();
    return next ? Promise.resolve(next) : new Promise((resolve) => this.waiters.push(resolve));
  }

  /** The pod has a node, or is gone: it is not in flight any more. */
  done(pod: Pod): void {
    this.inFlight.end(uidOf(pod));
  }

  /**
   * Gives a pod back that was tried in vain. Where something has happened meanwhile that may help it, it is tried again after
   * its backoff; else it waits. A pod that broke (refused by no plugin) always goes on after its backoff.
   */
  addUnschedulable(queued: QueuedPod): void {
    const changes = this.inFlight.changesSince(queued.uid);
    this.inFlight.end(queued.uid);
    if (this.find(queued.uid)) return;
    const isBroken = !queued.unschedulablePlugins.size && !queued.pendingPlugins.size;
    if (isBroken) queued.consecutiveErrors++;
    else {
      queued.unschedulableCount++;
      queued.consecutiveErrors = 0;
    }
    queued.timestamp = this.clock.now();
    const requeue = isBroken ? 'afterBackoff' : this.strongest(queued, changes);
    if (requeue === 'skip') this.waitForChange(queued, 'ScheduleAttemptFailure');
    else this.enter(queued, 'ScheduleAttemptFailure', requeue);
    this.nominator.add(queued.pod, this.nominator.nominatedNode(queued.pod));
  }

  /** A pod of the queue has changed. */
  update(before: Pod | undefined, pod: Pod): void {
    this.nominator.update(before, pod);
    const uid = uidOf(pod);
    const changes = before ? podChanges(before, pod, 'TargetPod') : [];
    if (this.inFlight.has(uid)) for (const change of changes) this.inFlight.note(change);
    const waiting = this.active.get(uid) ?? this.backingOff.get(uid);
    if (waiting) {
      waiting.pod = pod;
      if (this.active.has(uid)) this.active.set(uid, waiting);
      return;
    }
    const stuck = this.unschedulable.get(uid);
    if (stuck) this.updateStuck(stuck, pod, changes);
    else if (!this.inFlight.has(uid)) this.add(pod);
  }

  /** The pod is gone, or not ours any more. */
  delete(pod: Pod): void {
    const uid = uidOf(pod);
    this.nominator.delete(pod);
    this.active.delete(uid);
    this.backingOff.delete(uid);
    this.unschedulable.delete(uid);
  }

  /** Something has happened: pods that it may help go on. `isCandidate` may rule pods out cheaply. */
  onChange(change: ClusterChange, isCandidate: (pod: Pod) => boolean = () => true): void {
    for (const queued of [...this.unschedulable.values()]) {
      if (queued.gatingPlugin !== undefined && !this.isGateOfInterest(queued, change)) continue;
      if (isCandidate(queued.pod)) this.moveOn(queued, change);
    }
    this.inFlight.note(change);
  }

  /** Has a pod tried at once if it waits. */
  activate(pod: Pod): void {
    const uid = uidOf(pod);
    const queued = this.unschedulable.get(uid) ?? this.backingOff.get(uid);
    if (!queued) return;
    this.unschedulable.delete(uid);
    this.backingOff.delete(uid);
    this.enter(queued, FORCE_ACTIVATE.label, 'immediately');
  }

  /** How many pods are where. */
  sizes(): { readonly active: number; readonly backoff: number; readonly unschedulable: number; readonly gated: number } {
    const stuck = [...this.unschedulable.values()];
    const gated = stuck.filter(({ gatingPlugin }) => gatingPlugin !== undefined).length;
    return { active: this.active.size, backoff: this.backingOff.size, unschedulable: stuck.length - gated, gated };
  }

  /** All pods that wait, wherever. */
  pendingPods(): Pod[] {
    return [...this.active.values(), ...this.backingOff.values(), ...this.unschedulable.values()].map(({ pod }) => pod);
  }

  /** Ends all waiting `pop`s with nothing. */
  close(): void {
    this.isClosed = true;
    this.backingOff.close();
    this.leftoverTimer?.cancel();
    for (const resolve of this.waiters.splice(0)) resolve(undefined);
  }

  private find(uid: string): QueuedPod | undefined {
    return this.active.get(uid) ?? this.backingOff.get(uid) ?? this.unschedulable.get(uid);
  }

  private strongest(queued: QueuedPod, changes: readonly ClusterChange[]): Requeue {
    let outcome: Requeue = 'skip';
    for (const change of changes) {
      const requeue = this.requeueAfter(queued, change);
      if (requeue === 'immediately') return requeue;
      if (requeue === 'afterBackoff') outcome = requeue;
    }
    return outcome;
  }

  private updateStuck(queued: QueuedPod, pod: Pod, changes: readonly ClusterChange[]): void {
    queued.pod = pod;
    for (const change of changes) {
      if (!this.unschedulable.has(queued.uid)) return;
      this.moveOn(queued, change);
    }
  }

  private moveOn(queued: QueuedPod, change: ClusterChange): void {
    const requeue = this.requeueAfter(queued, change);
    if (requeue === 'skip') return;
    this.unschedulable.delete(queued.uid);
    this.enter(queued, change.event.label, requeue);
  }

  private requeueAfter(queued: QueuedPod, change: ClusterChange): Requeue {
    const onError = (error: unknown): void =>
      this.log.error('A queueing hint failed', error, { pod: podKey(queued.pod), event: change.event.label });
    return requeueAfter(this.options.hints(queued.pod), queued, change, onError);
  }

  private isGateOfInterest(queued: QueuedPod, { event }: ClusterChange): boolean {
    const events = this.options.hints(queued.pod).get(queued.gatingPlugin ?? '');
    return events !== undefined && isOfInterest(new Map([['gate', events]]), event);
  }

  /** Lets a pod in that has no gate: to the backoff if that is not over, else to the active ones. */
  private enter(queued: QueuedPod, event: string, requeue: Exclude<Requeue, 'skip'>): void {
    const gate = this.options.preEnqueue?.(queued.pod);
    queued.gatingPlugin = gate?.plugin;
    if (gate) {
      queued.unschedulablePlugins = new Set([...queued.unschedulablePlugins, gate.plugin ?? '']);
      return this.waitForChange(queued, event);
    }
    if (requeue === 'afterBackoff' && this.backingOff.expiry(queued) > this.clock.now()) {
      this.backingOff.add(queued);
      this.options.observe?.('backoff', event);
      return this.serve();
    }
    this.backingOff.delete(queued.uid);
    this.active.set(queued.uid, queued);
    this.options.observe?.('active', event);
    this.serve();
  }

  private waitForChange(queued: QueuedPod, event: string): void {
    this.unschedulable.set(queued.uid, queued);
    this.options.observe?.(queued.gatingPlugin === undefined ? 'unschedulable' : 'gated', event);
  }

  private serve(): void {
    while (this.waiters.length) {
      const next = this.take();
      if (!next) return;
      this.waiters.shift()?.(next);
    }
  }

  /** The next active pod; where there is none, one that may come before its backoff is over rather than nobody. */
  private take(): QueuedPod | undefined {
    const queued = this.active.pop() ?? this.backingOff.takeEarly();
    if (!queued) return undefined;
    queued.attempts++;
    queued.initialAttemptTimestamp ??= this.clock.now();
    queued.unschedulablePlugins = new Set();
    queued.pendingPlugins = new Set();
    this.inFlight.begin(queued.uid);
    return queued;
  }

  private scheduleLeftovers(): void {
    this.leftoverTimer = this.clock.after(LEFTOVER_INTERVAL, () => {
      const oldest = this.clock.now() - (this.options.maxUnschedulable ?? 5 * 60_000);
      for (const queued of [...this.unschedulable.values()]) {
        if (queued.timestamp < oldest) this.moveOn(queued, { event: UNSCHEDULABLE_TIMEOUT });
      }
      this.scheduleLeftovers();
    });
  }
}

function newQueuedPod(pod: Pod, now: number): QueuedPod {
  return {
    pod,
    uid: uidOf(pod),
    timestamp: now,
    attempts: 0,
    initialAttemptTimestamp: undefined,
    unschedulableCount: 0,
    consecutiveErrors: 0,
    unschedulablePlugins: new Set(),
    pendingPlugins: new Set(),
    gatingPlugin: undefined,
  };
}
