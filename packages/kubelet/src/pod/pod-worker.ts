import { sleep, type Timer } from '@typekube/component-base';
import type { ResizeRefusal } from '../admission/admission';
import type { MountedVolume } from '../container/mounts';
import type { Eviction } from '../eviction/eviction-manager';
import { type Pod, podText, specOf, uidOf } from '../objects';
import { errorText } from '../program';
import type { PodState } from '../runtime/pod-state';
import type { ResizeProgress } from '../status/conditions';
import { podIpsOf, podStatus, refusedStatus, wasRefused } from '../status/pod-status';
import { VolumeFailed } from '../volumes/volume-manager';
import type { Refusal } from './admit';
import { type Allocation, allocationOf, askedBy, asksForResize, planResizes, withAllocation } from './allocation';
import { addressesOf, carryOut } from './carry-out';
import type { PodDeps } from './deps';
import { GracePeriod } from './grace-period';
import { gracePeriodOf, killPod, removeSandboxes } from './kill';
import { hasEnded, type PodPlan, planPod } from './plan';
import { prune } from './prune';
import { carryOutResizes } from './resize';
import type { StartError } from './start-error';

/** Where a pod is in its life here; it only goes forward. */
type Life =
  | { readonly at: 'running' }
  /** Its containers are being ended; `verdict` where the kubelet itself decided it. */
  | { readonly at: 'terminating'; readonly verdict?: Verdict }
  /** Nothing of it runs or is mounted. It stays so until the API has it no more. */
  | { readonly at: 'terminated'; readonly verdict?: Verdict }
  /** Nothing is left of it here. */
  | { readonly at: 'finished' };

interface Verdict {
  readonly reason: string;
  readonly message: string;
  /** It never began. */
  readonly isRefusal?: true;
  /** It had to make room for others. */
  readonly isDisruption?: true;
  /** Its containers may take so long at the most. */
  readonly seconds?: number;
}

/** Decides whether the node may run the pod; `holding` says of it that it takes part of the node from then on. */
export type Admission = (worker: PodWorker) => Promise<Refusal | undefined>;

export interface WorkerHooks {
  readonly admission: Admission;
  /** Why the pod cannot have what it asks for; undefined: it can. */
  readonly judgeResize: (worker: PodWorker, wanted: Pod) => ResizeRefusal | undefined;
  readonly onFinished: (uid: string) => void;
}

/** How soon a resize that others stand in the way of is tried again. */
const DEFERRED_MILLISECONDS = 5000;

/** Pauses after failures, doubling. */
const FIRST_RETRY_MILLISECONDS = 500;
const LAST_RETRY_MILLISECONDS = 10_000;

const PREEMPTED = 'Preempted in order to admit critical pod';
const LEAST_PATIENCE_MILLISECONDS = 10_000;

/**
 * Looks after one pod: whenever something may have changed it reads the pod's state from the runtime, plans, acts and writes the status. One
 * step at a time; what happens meanwhile leads to another step.
 */
export class PodWorker {
  private life: Life = { at: 'running' };
  private isGone = false;
  private isBusy = false;
  private isDue = false;
  /** What others have of the pod may have changed: its volumes are to be brought up to date. */
  private isChanged = true;
  private isAdmitted = false;
  /** Its containers, for good. */
  private haveEnded = false;
  private eviction: Verdict | undefined;
  private readonly whenTerminated = new AbortController();
  /** When the runtime last told of something, and from when on the state was read last. */
  private newsAt = -Infinity;
  private readAt = -Infinity;
  private retry: Timer | undefined;
  private failures = 0;
  private waiting = new Map<string, StartError>();
  private stopping: AbortController | undefined;
  /** How long the pod's containers may still take, while they are being ended. */
  private grace: GracePeriod | undefined;
  /** Ends pulls and hooks that a pod to be deleted needs no more, and waiting for the end of a container that was to be started again. */
  private readonly interrupt = new AbortController();
  private readonly firstSeen: number;
  /** What the node has given to the containers. */
  private allocation: Allocation;
  private refusedResize: ResizeRefusal | undefined;
  private resizeError: string | undefined;
  /** The limits of the pod as a whole are to follow those of its containers. */
  private isCgroupDue = false;

  constructor(
    private pod: Pod,
    private readonly deps: PodDeps,
    private readonly hooks: WorkerHooks,
  ) {
    this.firstSeen = deps.clock.now();
    this.allocation = allocationOf(pod);
  }

  /** The newest pod, for others to see, with what it was given of the node. */
  get current(): Pod {
    return withAllocation(this.deps.statuses.newest(this.pod), this.allocation);
  }

  /** Nobody wants the pod any more. */
  get isGoing(): boolean {
    return this.isGone;
  }

  /** Part of the node is the pod's, until its containers have ended. */
  get holdsResources(): boolean {
    return this.isAdmitted && !this.haveEnded && (this.life.at === 'running' || (this.life.at === 'terminating' && !this.life.verdict?.isRefusal));
  }

  /** It has to go for the good of the node, or of another pod. */
  get isEvicted(): boolean {
    return this.eviction !== undefined;
  }

  /** Nothing of it runs, or will again. */
  get hasEnded(): boolean {
    return this.life.at === 'terminated';
  }

  /** Removes the containers of a pod that has ended, which are kept for their logs alone. */
  async removeContainers(): Promise<void> {
    await removeSandboxes(this.deps, await this.deps.runtime.podState(uidOf(this.pod)));
  }

  /** From now on it holds what it asks for. */
  admit(): void {
    this.isAdmitted = true;
  }

  /** Ends the pod for a pod that is more important. Resolves when its containers have ended, or should have long ago. */
  preempt(): Promise<void> {
    return this.endBy({ reason: 'Preempting', message: PREEMPTED, isDisruption: true });
  }

  /** Ends the pod for the good of the node; resolves likewise. */
  evict({ message, seconds, isDisruption }: Eviction): Promise<void> {
    return this.endBy({ reason: 'Evicted', message, seconds, ...(isDisruption && { isDisruption }) });
  }

  private async endBy(verdict: Verdict): Promise<void> {
    const { reason, message } = verdict;
    this.eviction ??= verdict;
    this.deps.record(this.pod, { type: 'Warning', reason, message });
    const grace = graceOf(this.pod, verdict);
    this.end(grace);
    this.notify();
    if (this.life.at === 'terminated' || this.life.at === 'finished') return;
    const patience = Math.max(LEAST_PATIENCE_MILLISECONDS, grace * 1500);
    await sleep(this.deps.clock, patience, this.whenTerminated.signal).catch(() => undefined);
  }

  /** The API has another version of the pod. */
  update(pod: Pod): void {
    this.pod = pod;
    if (pod.metadata.deletionTimestamp !== undefined) this.end(gracePeriodOf(pod));
    this.notify();
  }

  /** Somebody wants the pod to end, within so many seconds; what is being ended already keeps to it too. */
  private end(seconds: number): void {
    this.interrupt.abort();
    this.grace?.shorten(seconds);
    this.deps.stops.shorten(uidOf(this.pod), seconds);
  }

  /** The API has the pod no more: everything of it goes. */
  gone(): void {
    this.isGone = true;
    this.interrupt.abort();
    this.notify();
  }

  /** Something may have changed. */
  notify(): void {
    this.isChanged = true;
    this.isDue = true;
    if (!this.isBusy) void this.work();
  }

  /** Something happened in the runtime; it needs no look where the state was read after it. */
  happened(at: number): void {
    this.newsAt = Math.max(this.newsAt, at);
    if (!this.isBusy) void this.work();
  }

  /** No more steps; what is under way goes on to its end. */
  close(): void {
    this.stopping ??= new AbortController();
    this.stopping.abort();
    this.retry?.cancel();
  }

  private async work(): Promise<void> {
    this.isBusy = true;
    while ((this.isDue || this.hasNews) && !this.stopping?.signal.aborted && this.life.at !== 'finished') {
      this.isDue = false;
      this.newsAt = -Infinity;
      this.retry?.cancel();
      try {
        const again = await this.step();
        this.failures = 0;
        if (again !== undefined) this.lookAgain(again);
      } catch (error) {
        if (error !== this.interrupt.signal.reason) this.fail(error);
      }
    }
    this.isBusy = false;
  }

  private get hasNews(): boolean {
    if (this.newsAt === -Infinity) return false;
    const wasSetBack = this.readAt > this.deps.clock.now();
    return wasSetBack || this.newsAt >= this.readAt;
  }

  /** The state that the next actions follow from. */
  private async readState(): Promise<PodState> {
    const at = this.deps.clock.now();
    const state = await this.deps.runtime.podState(uidOf(this.pod));
    this.readAt = at;
    return state;
  }

  private lookAgain(milliseconds: number): void {
    this.retry?.cancel();
    this.retry = this.deps.clock.after(milliseconds, () => this.notify());
  }

  private fail(error: unknown): void {
    const { log, record } = this.deps;
    log.warn('Error syncing pod, skipping', { pod: podText(this.pod), error: errorText(error) });
    if (error instanceof VolumeFailed) record(this.pod, { type: 'Warning', reason: 'FailedMount', message: error.message });
    this.lookAgain(Math.min(LAST_RETRY_MILLISECONDS, FIRST_RETRY_MILLISECONDS * 2 ** this.failures++));
  }

  /** One step, and after how long the next is due at the latest. */
  private async step(): Promise<number | undefined> {
    if (this.life.at === 'running' && !this.isAdmitted) await this.askAdmission();
    if (this.life.at === 'running' && (this.isUnwanted || this.eviction)) {
      this.life = { at: 'terminating', ...(this.eviction && { verdict: this.eviction }) };
    }
    switch (this.life.at) {
      case 'running':
        return this.stepRunning();
      case 'terminating':
        return this.stepTerminating(this.life.verdict);
      case 'terminated':
        return this.stepTerminated(this.life.verdict);
      case 'finished':
        return undefined;
    }
  }

  /** It is deleted, or has ended already: nothing of it is to be started. */
  private get isUnwanted(): boolean {
    return this.isGone || this.pod.metadata.deletionTimestamp !== undefined || isPast(this.pod);
  }

  /** Once, before anything is done for it. */
  private async askAdmission(): Promise<void> {
    if (isPast(this.pod)) return;
    // What an earlier kubelet has let in holds its part until it has ended.
    if (this.isUnwanted) return this.admit();
    const refusal = await this.hooks.admission(this);
    this.isAdmitted = true;
    if (!refusal) return;
    this.deps.record(this.pod, { type: 'Warning', ...refusal });
    this.life = { at: 'terminating', verdict: { reason: refusal.reason, message: `Pod was rejected: ${refusal.message}`, isRefusal: true } };
  }

  private async stepRunning(): Promise<number | undefined> {
    const { deps, pod } = this;
    const before = await this.readState();
    const verdict = this.deadlineVerdict();
    if (verdict || hasEnded(pod, before)) {
      this.life = { at: 'terminating', ...(verdict && { verdict }) };
      this.isDue = true;
      return undefined;
    }
    await this.resize(before);
    const plan = planPod({ pod: this.current, state: before, probes: deps.probes, resized: this.resizing(before, true) });
    deps.probes.follow(pod, before, podIpsOf({ pod, state: before, hostIps: deps.node.hostIps })[0] ?? '');
    this.writeStatus(before, false);
    const volumes = this.setUpVolumes(before, plan);
    const outcome = await carryOut(deps, { pod: this.current, state: before, plan, volumes, showState: () => this.showState(), signal: this.interrupt.signal });
    for (const name of outcome.started) this.waiting.delete(name);
    for (const [name, error] of outcome.waiting) this.waiting.set(name, error);
    if (outcome.waiting.size) await this.showState();
    else if (plan.createSandbox || plan.restartAll || plan.kill.length || plan.start.length || (plan.killPod && before.sandboxes.some(({ isReady }) => isReady)))
      this.isDue = true;
    await prune(deps, before);
    const due = outcome.retryMilliseconds ?? this.millisecondsToDeadline();
    return this.refusedResize?.reason === 'Deferred' ? Math.min(due ?? Infinity, DEFERRED_MILLISECONDS) : due;
  }

  /**
   * Gives the pod what it asks for now, where the node has it, and has the kernel know of it. Containers that must be made anew for that are left to the
   * plan.
   */
  private async resize(state: PodState): Promise<void> {
    const { deps, pod } = this;
    if (asksForResize(pod, this.allocation)) {
      this.refusedResize = this.hooks.judgeResize(this, pod);
      if (!this.refusedResize) {
        this.allocation = askedBy(pod);
        this.isCgroupDue = true;
      }
    } else this.refusedResize = undefined;
    if (!this.isCgroupDue || state.sandboxes.length === 0) return;
    const resizes = planResizes(this.current, state, deps.node.memoryCapacity);
    this.writeStatus(state, false);
    try {
      this.isCgroupDue = await carryOutResizes(deps, this.current, resizes);
      this.resizeError = undefined;
    } catch (error) {
      this.resizeError = errorText(error);
      this.writeStatus(state, false);
      throw error;
    }
    if (resizes.length) this.isDue = true;
  }

  /** The containers that do not have yet what the pod was given; or those of them alone that must be made anew. */
  private resizing(state: PodState, isRestart = false): ReadonlySet<string> {
    if (!this.isCgroupDue) return NONE;
    const resizes = planResizes(this.current, state, this.deps.node.memoryCapacity);
    return new Set(resizes.filter((each) => !isRestart || each.isRestart).map(({ id }) => id));
  }

  private resizeProgress(resizing: ReadonlySet<string>): ResizeProgress {
    const { refusedResize: pending, resizeError: error } = this;
    return { pending, inProgress: resizing.size ? { ...(error !== undefined && { error }) } : undefined };
  }

  /** Only where something changed, or containers are to be started in them. */
  private async setUpVolumes(state: PodState, { createSandbox, start }: PodPlan): Promise<ReadonlyMap<string, MountedVolume>> {
    const { deps, pod } = this;
    if (!this.isChanged && !createSandbox && start.length === 0) return new Map();
    this.isChanged = false;
    try {
      return await deps.volumes.setUp(this.current, { addresses: addressesOf(deps, pod, state), allocatable: deps.node.allocatable });
    } catch (error) {
      this.isChanged = true;
      throw error;
    }
  }

  /** After what could be done of a plan, which must wait for the rest: probes and status follow at once. */
  private async showState(): Promise<void> {
    const { deps, pod } = this;
    const after = await deps.runtime.podState(uidOf(pod));
    deps.probes.follow(pod, after, podIpsOf({ pod, state: after, hostIps: deps.node.hostIps })[0] ?? '');
    this.writeStatus(after, false);
  }

  private async stepTerminating(verdict: Verdict | undefined): Promise<undefined> {
    const { deps, pod } = this;
    const grace = (this.grace ??= new GracePeriod(deps.clock, graceOf(pod, verdict)));
    deps.probes.keepReadinessOnly(uidOf(pod));
    const before = await this.readState();
    this.writeStatus(before, false, verdict);
    const podIp = before.sandboxes[0]?.ips[0] ?? '';
    await killPod(deps, pod, before, { grace, podIp });
    deps.probes.stop(uidOf(pod));
    const after = await deps.runtime.podState(uidOf(pod));
    this.haveEnded = true;
    this.writeStatus(after, true, verdict);
    await deps.volumes.tearDown(uidOf(pod));
    await deps.cgroups.remove(uidOf(pod));
    this.life = { at: 'terminated', ...(verdict && { verdict }) };
    this.whenTerminated.abort();
    this.isDue = true;
    return undefined;
  }

  /** A pod that is to be deleted is taken from the API now; the containers of one that has just ended stay, for their logs. */
  private async stepTerminated(verdict: Verdict | undefined): Promise<undefined> {
    const { deps, pod } = this;
    const state = await this.readState();
    if (this.isGone) {
      await removeSandboxes(deps, state);
      await deps.volumes.remove(uidOf(pod));
      this.forget();
      this.life = { at: 'finished' };
      this.hooks.onFinished(uidOf(pod));
      return undefined;
    }
    this.writeStatus(state, true, verdict);
    if (pod.metadata.deletionTimestamp === undefined) return undefined;
    await deps.statuses.flushed(uidOf(pod));
    await deps.statuses.remove(pod);
    return undefined;
  }

  private forget(): void {
    const { deps, pod } = this;
    deps.images.forget(uidOf(pod));
    deps.restarts.forget(uidOf(pod));
    deps.statuses.forget(uidOf(pod));
    deps.release(uidOf(pod));
  }

  private writeStatus(state: PodState, isTerminal: boolean, verdict?: Verdict): void {
    if (this.isGone) return;
    const { deps, firstSeen } = this;
    const pod = this.current;
    const resizing = this.resizing(state);
    if (verdict?.isRefusal) return deps.statuses.submit(pod, refusedStatus(pod, verdict));
    if (wasRefused(pod)) return;
    const status = podStatus({
      pod,
      state,
      reasons: new Map([...this.waiting].map(([name, { reason, message }]) => [name, { reason, message }])),
      runtimeName: deps.node.runtimeName,
      isReady: (container, id) => deps.probes.isReady(container, id),
      isStarted: (container, id) => deps.probes.isStarted(container, id),
      isTerminal,
      resizing,
      resize: this.resizeProgress(resizing),
      hostIps: deps.node.hostIps,
      firstSeen,
      now: deps.clock.now(),
      verdict,
    });
    deps.statuses.submit(pod, status);
  }

  private deadlineVerdict(): Verdict | undefined {
    const left = this.millisecondsToDeadline();
    if (left === undefined || left > 0) return undefined;
    const message = 'Pod was active on the node longer than the specified deadline';
    this.deps.record(this.pod, { type: 'Normal', reason: 'DeadlineExceeded', message });
    return { reason: 'DeadlineExceeded', message };
  }

  private millisecondsToDeadline(): number | undefined {
    const { activeDeadlineSeconds } = specOf(this.pod);
    const { startTime } = this.current.status ?? {};
    if (activeDeadlineSeconds === undefined || !startTime) return undefined;
    return Math.max(0, Date.parse(startTime) + activeDeadlineSeconds * 1000 - this.deps.clock.now());
  }
}

const NONE: ReadonlySet<string> = new Set();

/** As long as the pod asks for, but no longer than who ends it allows. */
function graceOf(pod: Pod, verdict: Verdict | undefined): number {
  return Math.max(1, Math.min(gracePeriodOf(pod), verdict?.seconds ?? Infinity));
}

/** It has ended already, as an earlier kubelet or another has written: what is left of it is cleaned up. */
function isPast({ status }: Pod): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}
