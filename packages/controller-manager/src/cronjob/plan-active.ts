import { finishedCondition, trueCondition } from '../job/job-fields';
import type { CronJob, CronJobStatus, Job } from '../shared/objects';
import { timeOf } from '../shared/objects';

export type ActiveJob = NonNullable<CronJobStatus['active']>[number];

/** What the jobs of a cron job say about its status. */
export interface ActivePlan {
  readonly status: CronJobStatus;
  /** Listed ones that have finished. */
  readonly finished: readonly Job[];
  /** Listed ones that the cache does not have. */
  readonly missing: readonly ActiveJob[];
  /** Unfinished ones that are not listed. */
  readonly unexpected: readonly Job[];
}

export function planActive({ status = {} }: CronJob, jobs: readonly Job[]): ActivePlan {
  const { active = [] } = status;
  const isListed = ({ metadata }: Job): boolean => active.some(({ uid }) => uid === metadata.uid);
  const finished = jobs.filter((job) => isListed(job) && finishedCondition(job));
  const last = lastSuccess(status, jobs);
  return {
    status: { ...withoutActive(status, finished.map(uidOf)), ...(last && { lastSuccessfulTime: last }) },
    finished,
    missing: active.filter(({ uid }) => !jobs.some(({ metadata }) => metadata.uid === uid)),
    unexpected: jobs.filter((job) => !isListed(job) && !finishedCondition(job)),
  };
}

export function withoutActive(status: CronJobStatus, uids: readonly string[]): CronJobStatus {
  const { active = [], ...rest } = status;
  const left = active.filter(({ uid = '' }) => !uids.includes(uid));
  return { ...rest, ...(left.length > 0 && { active: left }) };
}

export function uidOf({ metadata }: Job): string {
  return metadata.uid ?? '';
}

function lastSuccess({ lastSuccessfulTime }: CronJobStatus, jobs: readonly Job[]): string | undefined {
  const times = jobs.filter((job) => trueCondition(job, 'Complete')).map(({ status }) => status?.completionTime);
  return [lastSuccessfulTime, ...times].reduce((a, b) => (timeOf(b) > timeOf(a) ? b : a));
}
