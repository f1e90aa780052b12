import { formatTime } from '@typekube/apimachinery';
import type { Job, JobCondition, JobStatus } from '../shared/objects';
import { isSuspended } from './job-fields';
import type { Outcome } from './plan-outcome';

/** A change of a condition, with what users are told of it. */
export interface ConditionChange {
  readonly status: JobStatus;
  readonly event?: { readonly reason: string; readonly message: string };
}

/**
 * The status with the condition of that type and the job's other ones. One that says the same stays; one that would only say no
 * is not begun. (ensureJobConditionStatus)
 */
export function withJobCondition(status: JobStatus, condition: Pick<JobCondition, 'type' | 'status' | 'reason' | 'message'>, now: number): JobStatus {
  const conditions = status.conditions ?? [];
  const current = conditions.find(({ type }) => type === condition.type);
  const { status: value, reason, message } = condition;
  if (!current && value === 'False') return status;
  if (current?.status === value && (current.reason ?? '') === reason && (current.message ?? '') === message) return status;
  const time = formatTime(new Date(now));
  const next = { ...condition, lastProbeTime: time, lastTransitionTime: time };
  const replaced = current ? conditions.map((each) => (each === current ? next : each)) : [...conditions, next];
  return { ...status, conditions: replaced };
}

/** Says that the job rests, or works again: then its time begins anew. */
export function planSuspension(job: Job, now: number): ConditionChange {
  const status = job.status ?? {};
  const type = 'Suspended';
  if (isSuspended(job)) {
    const message = 'Job suspended';
    const next = withJobCondition(status, { type, status: 'True', reason: 'JobSuspended', message }, now);
    return next === status ? { status } : { status: next, event: { reason: 'Suspended', message } };
  }
  const message = 'Job resumed';
  const next = withJobCondition(status, { type, status: 'False', reason: 'JobResumed', message }, now);
  if (next === status) return { status };
  return { status: { ...next, startTime: formatTime(new Date(now)) }, event: { reason: 'Resumed', message } };
}

/** Says how the job will end, before its pods are let go. */
export function withInterim(status: JobStatus, { interim, reason, message }: Outcome, now: number): JobStatus {
  return withJobCondition(status, { type: interim, status: 'True', reason, message }, now);
}

/** Says how the job has ended. */
export function withFinal(status: JobStatus, { final, reason, message }: Outcome, now: number): JobStatus {
  const next = withJobCondition(status, { type: final, status: 'True', reason, message }, now);
  return final === 'Complete' ? { ...next, completionTime: formatTime(new Date(now)) } : next;
}
