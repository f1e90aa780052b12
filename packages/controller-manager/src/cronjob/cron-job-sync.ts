import type { batchv1 } from '@typekube/api';
import { formatTime, hasReason } from '@typekube/apimachinery';
import { controllerOf, cronJobs, jobs, referenceTo, type Requeue, type ResourceClient } from '@typekube/client';
import { finishedCondition } from '../job/job-fields';
import type { ControllerDeps } from '../shared/controller-deps';
import type { NewestWritten } from '../shared/newest-written';
import type { CronJob, CronJobStatus, Job } from '../shared/objects';
import { isNamespaceTerminating, messageOf } from '../shared/pod-control';
import { sameStatus } from '../shared/same-status';
import { jobOfTime } from './job-of-time';
import { type ActiveJob, planActive, uidOf, withoutActive } from './plan-active';
import { planHistory } from './plan-history';
import { planStart, untilNextLook } from './plan-start';

export interface CronJobWorld {
  readonly deps: ControllerDeps;
  readonly written: NewestWritten<batchv1.CronJob>;
}

/** One pass over one cron job. The status grows in the pass, and is written once at its end. */
export class CronJobSync {
  private readonly jobs: ResourceClient<batchv1.Job>;
  private status: CronJobStatus;

  constructor(
    private readonly world: CronJobWorld,
    private cronJob: CronJob,
    private readonly signal: AbortSignal,
  ) {
    this.jobs = world.deps.client.for(jobs, this.namespace);
    this.status = cronJob.status ?? {};
  }

  async run(owned: readonly Job[]): Promise<void | Requeue> {
    const failure = await this.start(owned).then(() => undefined, (error: unknown) => error ?? new Error('unknown'));
    for (const job of planHistory(this.cronJob, owned)) if (!job.metadata.deletionTimestamp) await this.delete(job);
    await this.write();
    if (failure !== undefined) throw failure;
    const wait = untilNextLook(this.cronJob, this.now);
    if (wait !== undefined) return { requeueAfterMilliseconds: Math.max(1, wait) };
  }

  private get now(): number {
    return this.world.deps.clock.now();
  }

  private get namespace(): string {
    return this.cronJob.metadata.namespace ?? '';
  }

  private async start(owned: readonly Job[]): Promise<void> {
    await this.look(owned);
    const { start, replaces, tells } = planStart(this.cronJob, this.status, this.now);
    for (const { type, reason, message } of tells) this.tell(type, reason, message);
    if (start === undefined) return;
    if (replaces) for (const job of this.status.active ?? []) await this.replace(job);
    await this.create(start);
  }

  /** Brings the list of active jobs up to date. */
  private async look(owned: readonly Job[]): Promise<void> {
    if (planActive(this.cronJob, owned).unexpected.length > 0) await this.refresh();
    const { status, finished, missing, unexpected } = planActive(this.cronJob, owned);
    this.status = status;
    for (const { metadata } of unexpected) {
      this.tell('Warning', 'UnexpectedJob', `Saw a job that the controller did not create or forgot: ${metadata.name}`);
    }
    for (const job of finished) {
      const condition = finishedCondition(job)?.type;
      this.tell('Normal', 'SawCompletedJob', `Saw completed job: ${job.metadata.name}, condition: ${condition}`);
    }
    for (const job of missing) if (!(await this.exists(job))) this.forget(job);
  }

  /** Another controller manager may have written the status just before. */
  private async refresh(): Promise<void> {
    const { client } = this.world.deps;
    const fresh = await client.for(cronJobs, this.namespace).get(this.cronJob.metadata.name ?? '', { signal: this.signal });
    if (fresh.metadata.uid === this.cronJob.metadata.uid) this.cronJob = fresh;
  }

  private async exists({ name = '' }: ActiveJob): Promise<boolean> {
    return (await this.get(name)) !== undefined;
  }

  private async get(name: string): Promise<Job | undefined> {
    try {
      return await this.jobs.get(name, { signal: this.signal });
    } catch (error) {
      if (hasReason(error, 'NotFound')) return undefined;
      throw error;
    }
  }

  private forget({ name, uid = '' }: ActiveJob): void {
    this.tell('Normal', 'MissingJob', `Active job went missing: ${name}`);
    this.status = withoutActive(this.status, [uid]);
  }

  private async replace(active: ActiveJob): Promise<void> {
    const job = await this.get(active.name ?? '');
    if (job) await this.delete(job);
    else this.forget(active);
  }

  private async delete(job: Job): Promise<void> {
    const { name = '', uid = '' } = job.metadata;
    try {
      await this.jobs.delete(name, { propagationPolicy: 'Background', preconditions: { uid }, signal: this.signal });
    } catch (error) {
      if (!hasReason(error, 'NotFound')) {
        this.tell('Warning', 'FailedDelete', `Deleted job: ${messageOf(error)}`);
        throw error;
      }
    }
    this.status = withoutActive(this.status, [uidOf(job)]);
    this.tell('Normal', 'SuccessfulDelete', `Deleted job ${name}`);
  }

  private async create(time: number): Promise<void> {
    const created = await this.createOnce(jobOfTime(this.cronJob, time));
    if (!created) return;
    const active = [...(this.status.active ?? []), referenceTo(created)];
    this.status = { ...this.status, active, lastScheduleTime: formatTime(new Date(time)) };
  }

  /** The job, also where an earlier pass has made it and was killed before it could say so; none where somebody else has. */
  private async createOnce(job: Job): Promise<Job | undefined> {
    try {
      const created = await this.jobs.create(job, { signal: this.signal });
      this.tell('Normal', 'SuccessfulCreate', `Created job ${created.metadata.name}`);
      return created;
    } catch (error) {
      if (hasReason(error, 'AlreadyExists')) return this.ownOf(await this.get(job.metadata.name ?? ''));
      if (!isNamespaceTerminating(error)) this.tell('Warning', 'FailedCreate', `Error creating job: ${messageOf(error)}`);
      throw error;
    }
  }

  private ownOf(job: Job | undefined): Job | undefined {
    return job && controllerOf(job)?.uid === this.cronJob.metadata.uid ? job : undefined;
  }

  private tell(type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.world.deps.recordEvent(this.cronJob, type, reason, message);
  }

  private async write(): Promise<void> {
    if (sameStatus(this.cronJob.status, this.status)) return;
    const resource = this.world.deps.client.for(cronJobs, this.namespace);
    this.cronJob = await resource.updateStatus({ ...this.cronJob, status: this.status }, { signal: this.signal });
    this.world.written.note(this.cronJob);
  }
}
