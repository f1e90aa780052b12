import { finishedCondition } from '../job/job-fields';
import { type Job, timeOf } from '../shared/objects';

/** In how many milliseconds a job's time is over; not positive: now. Undefined where it is not to be cleaned up, or not yet. */
export function untilExpiry(job: Job, now: number): number | undefined {
  const { ttlSecondsAfterFinished } = job.spec ?? {};
  const finished = finishedCondition(job);
  if (ttlSecondsAfterFinished === undefined || !finished || job.metadata.deletionTimestamp) return undefined;
  return timeOf(finished.lastTransitionTime) + ttlSecondsAfterFinished * 1000 - now;
}
