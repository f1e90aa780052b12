import type { Job, JobCondition, Pod } from '../shared/objects';
import { timeOf } from '../shared/objects';
import { judgeFailure } from './failure-policy';
import { countOf } from './intervals';
import { completionsOf, isPodFailed, isSuspended, trueCondition } from './job-fields';
import { metSuccessPolicy } from './success-policy';
import type { Tally } from './tally';

/** How a job ends, and why. Its status says so first by an interim condition, and by the final one when every pod is counted and gone. */
export interface Outcome {
  readonly interim: 'SuccessCriteriaMet' | 'FailureTarget';
  readonly final: 'Complete' | 'Failed';
  readonly reason: string;
  readonly message: string;
}

/** Every completion is there. */
export const COMPLETED: Outcome = success('CompletionsReached', 'Reached expected number of succeeded pods');

/** Whether the job has to end, whatever its pods still do. What an earlier pass has decided stands. (syncJob) */
export function planOutcome(job: Job, pods: readonly Pod[], tally: Tally, now: number): Outcome | undefined {
  const met = trueCondition(job, 'SuccessCriteriaMet');
  if (met) return success(...textOf(met));
  const target = trueCondition(job, 'FailureTarget');
  if (target) return failure(...textOf(target));
  return planFailure(job, pods, tally, now) ?? planEarlySuccess(job, tally);
}

/** In how many milliseconds its time is over, if it is limited and running. Not positive: now. (pastActiveDeadline) */
export function untilDeadline(job: Job, now: number): number | undefined {
  const { activeDeadlineSeconds } = job.spec ?? {};
  const { startTime } = job.status ?? {};
  if (activeDeadlineSeconds === undefined || startTime === undefined || isSuspended(job)) return undefined;
  return timeOf(startTime) + activeDeadlineSeconds * 1000 - now;
}

/** Enough pods have succeeded, and none is left that works. */
export function isComplete({ spec }: Job, succeeded: number, active: number): boolean {
  return active === 0 && (spec?.completions === undefined ? succeeded > 0 : succeeded >= spec.completions);
}

function planFailure(job: Job, pods: readonly Pod[], tally: Tally, now: number): Outcome | undefined {
  const message = failJobMessage(job, pods);
  if (message !== undefined) return failure('PodFailurePolicy', message);
  if (tally.failed > backoffLimitOf(job) || restartsTooOften(job, pods)) {
    return failure('BackoffLimitExceeded', 'Job has reached the specified backoff limit');
  }
  const left = untilDeadline(job, now);
  if (left !== undefined && left <= 0) return failure('DeadlineExceeded', 'Job was active longer than specified deadline');
  return planIndexFailure(job, tally);
}

function failJobMessage(job: Job, pods: readonly Pod[]): string | undefined {
  if (!job.spec?.podFailurePolicy) return undefined;
  for (const pod of pods) {
    const { failJob } = isPodFailed(pod, job) ? judgeFailure(job, pod) : {};
    if (failJob !== undefined) return failJob;
  }
  return undefined;
}

/** With OnFailure the kubelet tries again, in the same pod: its restarts are the failures. (pastBackoffLimitOnFailure) */
function restartsTooOften(job: Job, pods: readonly Pod[]): boolean {
  if (job.spec?.template.spec?.restartPolicy !== 'OnFailure') return false;
  const alive = pods.filter(({ status }) => status?.phase === 'Running' || status?.phase === 'Pending');
  const restarts = alive
    .flatMap(({ status }) => [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])])
    .reduce((sum, { restartCount }) => sum + restartCount, 0);
  return restarts >= Math.max(1, backoffLimitOf(job));
}

function planIndexFailure(job: Job, { indexes }: Tally): Outcome | undefined {
  if (!indexes?.failed) return undefined;
  const failed = countOf(indexes.failed);
  const { maxFailedIndexes } = job.spec ?? {};
  if (maxFailedIndexes !== undefined && failed > maxFailedIndexes) {
    return failure('MaxFailedIndexesExceeded', 'Job has exceeded the specified maximal number of failed indexes');
  }
  if (failed > 0 && failed + countOf(indexes.succeeded) >= completionsOf(job)) return failure('FailedIndexes', 'Job has failed indexes');
  return undefined;
}

function planEarlySuccess(job: Job, { indexes }: Tally): Outcome | undefined {
  const message = indexes && metSuccessPolicy(job, indexes.succeeded);
  return message === undefined ? undefined : success('SuccessPolicy', message);
}

function backoffLimitOf({ spec }: Job): number {
  return spec?.backoffLimit ?? 6;
}

function textOf({ reason = '', message = '' }: JobCondition): [reason: string, message: string] {
  return [reason, message];
}

function success(reason: string, message: string): Outcome {
  return { interim: 'SuccessCriteriaMet', final: 'Complete', reason, message };
}

function failure(reason: string, message: string): Outcome {
  return { interim: 'FailureTarget', final: 'Failed', reason, message };
}
