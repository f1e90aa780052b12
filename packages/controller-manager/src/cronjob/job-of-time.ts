import { formatZonedTime } from '@typekube/api';
import { controllerReference, type CronJob, type Job } from '../shared/objects';

export const CRON_JOB = { apiVersion: 'batch/v1', kind: 'CronJob' };

/** For which time a job was started. */
const SCHEDULED_TIMESTAMP = 'batch.kubernetes.io/cronjob-scheduled-timestamp';

/** One time, one name: a job is not started twice for it, whoever tries. The number is that of the minute since 1970. */
export function jobName({ metadata }: CronJob, time: number): string {
  return `${metadata.name}-${Math.floor(time / 60_000)}`;
}

/** (getJobFromTemplate2) */
export function jobOfTime(cronJob: CronJob, time: number): Job {
  const { jobTemplate, timeZone = 'UTC' } = cronJob.spec ?? {};
  const { labels, annotations } = jobTemplate?.metadata ?? {};
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: jobName(cronJob, time),
      namespace: cronJob.metadata.namespace ?? '',
      ...(labels && { labels }),
      annotations: { ...annotations, [SCHEDULED_TIMESTAMP]: formatZonedTime(time, timeZone) },
      ownerReferences: [controllerReference(cronJob, CRON_JOB)],
    },
    ...(jobTemplate?.spec && { spec: jobTemplate.spec }),
  };
}
