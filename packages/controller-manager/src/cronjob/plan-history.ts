import { trueCondition } from '../job/job-fields';
import { byName, type CronJob, type Job, timeOf } from '../shared/objects';

/** Finished jobs beyond the limits, the oldest first. (cleanupFinishedJobs) */
export function planHistory({ spec }: CronJob, jobs: readonly Job[]): Job[] {
  const { successfulJobsHistoryLimit, failedJobsHistoryLimit } = spec ?? {};
  return [
    ...oldest(jobs.filter((job) => trueCondition(job, 'Complete')), successfulJobsHistoryLimit),
    ...oldest(jobs.filter((job) => trueCondition(job, 'Failed')), failedJobsHistoryLimit),
  ];
}

function oldest(jobs: readonly Job[], limit: number | undefined): Job[] {
  if (limit === undefined || jobs.length <= limit) return [];
  return [...jobs].sort(byStart).slice(0, jobs.length - limit);
}

/** Those that never started are the youngest. */
function byStart(a: Job, b: Job): number {
  const [left, right] = [a.status?.startTime, b.status?.startTime];
  if (!left || !right) return Number(!left) - Number(!right) || byName(a, b);
  return timeOf(left) - timeOf(right) || byName(a, b);
}
