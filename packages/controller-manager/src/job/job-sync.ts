import { formatTime, selectorFromLabelSelector } from '@typekube/apimachinery';
import { jobs, objectKey, pods, type Requeue } from '@typekube/client';
import { claimObjects } from '../shared/claim';
import { BY_CONTROLLER, orphansOf } from '../shared/controller-index';
import type { Job, JobStatus, Pod } from '../shared/objects';
import { sameStatus } from '../shared/same-status';
import type { Backoff } from './backoff';
import { isSuspended, TRACKING_FINALIZER } from './job-fields';
import { JOB, type JobWorld } from './job-world';
import { planSuspension, withFinal, withInterim } from './plan-conditions';
import { COMPLETED, isComplete, type Outcome, planOutcome, untilDeadline } from './plan-outcome';
import { planPods } from './plan-pods';
import { countReleased, planTracking, type TrackingPlan } from './plan-tracking';
import { indexedPrefix, indexedTemplate, trackedTemplate } from './pod-template';
import { PodWriter, type WantedPod, type Written } from './pod-writer';
import { type JobState, takeTally, type Tally, uidOf } from './tally';

/** What a pass has done about the pods, and what is to be said of it. */
interface Managed {
  readonly active: number;
  readonly ready: number;
  readonly terminating: number;
  readonly outcome?: Outcome | undefined;
  readonly suspends?: boolean;
  readonly failure?: unknown;
  /** Milliseconds until the next pod is due. */
  readonly wait?: number;
}

interface Seen extends JobState {
  readonly tally: Tally;
  readonly backoff: Backoff;
  /** The cache shows everything that was done to the pods before. */
  readonly isCurrent: boolean;
}

/** One pass over one job that has not finished. It keeps the job as last written, so that its own writes do not conflict. */
export class JobSync {
  private readonly writer: PodWriter;

  constructor(
    private readonly world: JobWorld,
    private job: Job,
    private readonly signal: AbortSignal,
  ) {
    this.writer = new PodWriter(world, job, signal);
  }

  async run(): Promise<void | Requeue> {
    const seen = await this.look();
    const outcome = planOutcome(seen.job, seen.pods, seen.tally, this.now);
    const managed = outcome ? await this.end(seen, outcome) : await this.manage(seen);
    await this.track(seen, managed);
    if (managed.failure !== undefined) throw managed.failure;
    const waits = [managed.wait, outcome ? undefined : untilDeadline(seen.job, this.now)].filter((wait) => wait !== undefined);
    if (waits.length > 0) return { requeueAfterMilliseconds: Math.max(1, Math.min(...waits)) };
  }

  private get now(): number {
    return this.world.deps.clock.now();
  }

  /** Pods and UIDs are read in one go: what the cache learns while pods are claimed must not be mixed with what it was. */
  private async look(): Promise<Seen> {
    const job = this.begun();
    const { namespace = '', uid = '' } = job.metadata;
    const { pods: cache, expectations, backoffs } = this.world;
    const isCurrent = expectations.satisfied(objectKey(job));
    const candidates = [...cache.byIndex(BY_CONTROLLER, uid), ...cache.byIndex(BY_CONTROLLER, orphansOf(namespace))];
    const untracked = new Set(candidates.map(uidOf).filter((each) => this.world.untracked.has(each)));
    const claimed = await this.claim(candidates);
    const tally = takeTally({ job, pods: claimed, untracked });
    return { job, pods: claimed, untracked, tally, backoff: backoffs.next(job, claimed, tally), isCurrent };
  }

  /** Its time runs from the first pass in which it may work. */
  private begun(): Job {
    const { status } = this.job;
    if (status?.startTime !== undefined || isSuspended(this.job)) return this.job;
    return { ...this.job, status: { ...status, startTime: formatTime(new Date(this.now)) } };
  }

  private async claim(candidates: readonly Pod[]): Promise<Pod[]> {
    const { client } = this.world.deps;
    const { namespace = '', name = '', uid } = this.job.metadata;
    const claimed = await claimObjects({
      owner: this.job,
      kind: JOB,
      selector: selectorFromLabelSelector(this.job.spec?.selector),
      candidates,
      dependents: client.for(pods, namespace),
      freshOwner: () => client.for(jobs, namespace).get(name, { signal: this.signal }),
      finalizers: [TRACKING_FINALIZER],
      signal: this.signal,
    });
    const isOwn = ({ metadata }: Pod): boolean => metadata.ownerReferences?.some((owner) => owner.uid === uid) ?? false;
    return claimed.map((pod) => (isOwn(pod) ? pod : withFinalizer(pod)));
  }

  /** The pods of a job that has to end are deleted; only when the cache hides none, and all are, does it end. */
  private async end({ tally, isCurrent }: Seen, outcome: Outcome): Promise<Managed> {
    const { active } = tally;
    const deleted = await this.writer.end(active);
    return { ...without(tally, deleted), outcome: isCurrent && deleted.count === active.length ? outcome : undefined };
  }

  private async manage(seen: Seen): Promise<Managed> {
    const { job, tally, isCurrent } = seen;
    const isManaged = isCurrent && !job.metadata.deletionTimestamp;
    const managed = isManaged ? await this.adjust(seen) : without(tally, { count: 0, ready: 0 });
    if (isCurrent && isComplete(job, tally.succeeded, managed.active)) return { ...managed, outcome: COMPLETED };
    return { ...managed, suspends: isManaged };
  }

  private async adjust({ job, pods: owned, tally, backoff }: Seen): Promise<Managed> {
    const plan = planPods({ job, pods: owned, tally, backoff, now: this.now });
    switch (plan.do) {
      case 'nothing':
        return without(tally, { count: 0, ready: 0 });
      case 'wait':
        return { ...without(tally, { count: 0, ready: 0 }), wait: plan.milliseconds };
      case 'delete':
        return without(tally, await this.writer.withdraw(plan.pods));
      case 'create':
        return this.create(tally, Array.from({ length: plan.count }, () => ({ template: trackedTemplate(job) })));
      case 'create-indexes':
        return this.create(tally, plan.indexes.map((index) => indexedPod(job, tally, index)));
    }
  }

  private async create(tally: Tally, wanted: readonly WantedPod[]): Promise<Managed> {
    const { count, failure } = await this.writer.create(wanted);
    const { ready, terminating } = tally;
    return { active: tally.active.length + count, ready, terminating, ...(failure !== undefined && { failure }) };
  }

  private async track({ job, pods: owned, untracked, tally, backoff }: Seen, managed: Managed): Promise<void> {
    const { active, ready, terminating, outcome, suspends } = managed;
    const suspension = suspends ? planSuspension(job, this.now) : { status: job.status ?? {} };
    const status = { ...suspension.status, active, ready, terminating };
    const plan = planTracking({ job: { ...job, status }, pods: owned, untracked, tally, outcome });
    await this.write(outcome ? withInterim(plan.status, outcome, this.now) : plan.status);
    this.world.backoffs.keep(job, backoff);
    if (suspension.event) this.tell('Normal', suspension.event.reason, suspension.event.message);
    await this.count(plan, outcome, terminating);
  }

  private async count(plan: TrackingPlan, outcome: Outcome | undefined, terminating: number): Promise<void> {
    const { released, failure } = await this.writer.release(plan.release);
    const tracked = new Set(plan.tracked);
    for (const pod of released) tracked.delete(uidOf(pod));
    const counted = countReleased(this.job, this.job.status ?? {}, tracked);
    if (failure !== undefined) {
      await this.write(counted);
      throw failure;
    }
    const { succeeded = [], failed = [] } = counted.uncountedTerminatedPods ?? {};
    const isOver = outcome && !plan.isPartial && succeeded.length + failed.length === 0 && terminating === 0;
    await this.write(isOver ? withFinal(counted, outcome, this.now) : counted);
    if (isOver) this.tellEnd(outcome);
  }

  private tellEnd({ final, reason, message }: Outcome): void {
    if (final === 'Failed') return this.tell('Warning', reason, message);
    const { spec, status } = this.job;
    if (spec?.completions !== undefined && (status?.succeeded ?? 0) > spec.completions) {
      this.tell('Warning', 'TooManySucceededPods', 'Too many succeeded pods running after completion count reached');
    }
    this.tell('Normal', 'Completed', 'Job completed');
  }

  private tell(type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.world.deps.recordEvent(this.job, type, reason, message);
  }

  private async write(status: JobStatus): Promise<void> {
    if (sameStatus(this.job.status, status)) return;
    const resource = this.world.deps.client.for(jobs, this.job.metadata.namespace ?? '');
    this.job = await resource.updateStatus({ ...this.job, status }, { signal: this.signal });
    this.world.written.note(this.job);
  }
}

/** The counts when so many active pods were deleted, which now end. */
function without({ active, ready, terminating }: Tally, deleted: Written): Managed {
  const { failure } = deleted;
  return {
    active: active.length - deleted.count,
    ready: ready - deleted.ready,
    terminating: terminating + deleted.count,
    ...(failure !== undefined && { failure }),
  };
}

function indexedPod(job: Job, { indexes }: Tally, index: number): WantedPod {
  return {
    template: indexedTemplate(job, index, indexes?.replaced.get(index)),
    generateName: indexedPrefix(job.metadata.name ?? '', index),
  };
}

/** Adoption has given it the finalizer, which the cache does not show yet. */
function withFinalizer(pod: Pod): Pod {
  return { ...pod, metadata: { ...pod.metadata, finalizers: [...(pod.metadata.finalizers ?? []), TRACKING_FINALIZER] } };
}
