import type { Job, JobCondition, Pod } from '../shared/objects';

/** A pod with it has not been counted in its job's status yet, so it must not go. */
export const TRACKING_FINALIZER = 'batch.kubernetes.io/job-tracking';
/** Annotation and label of a pod of an indexed job. */
export const COMPLETION_INDEX = 'batch.kubernetes.io/job-completion-index';
/** How many pods of the index failed before this one. */
export const INDEX_FAILURES = 'batch.kubernetes.io/job-index-failure-count';
/** The same, of those that the failure policy ignored. */
export const INDEX_IGNORED_FAILURES = 'batch.kubernetes.io/job-index-ignored-failure-count';

const THIS_CONTROLLER = 'kubernetes.io/job-controller';
const MAX_INT32 = 2 ** 31 - 1;

export function isManagedElsewhere({ spec }: Job): boolean {
  return spec?.managedBy !== undefined && spec.managedBy !== THIS_CONTROLLER;
}

export function isSuspended({ spec }: Job): boolean {
  return spec?.suspend === true;
}

export function isIndexed({ spec }: Job): boolean {
  return spec?.completionMode === 'Indexed';
}

export function completionsOf({ spec }: Job): number {
  return spec?.completions ?? 0;
}

export function hasBackoffLimitPerIndex({ spec }: Job): boolean {
  return spec?.backoffLimitPerIndex !== undefined;
}

/** A pod is replaced when it has ended, not yet when it is ending. A failure policy has to see how it ends. */
export function replacesOnlyFailed({ spec }: Job): boolean {
  return spec?.podReplacementPolicy === 'Failed' || spec?.podFailurePolicy !== undefined;
}

/** The condition of that type, if it is true. */
export function trueCondition({ status }: Job, type: string): JobCondition | undefined {
  return status?.conditions?.find((condition) => condition.type === type && condition.status === 'True');
}

export function isFinished(job: Job): boolean {
  return finishedCondition(job) !== undefined;
}

export function finishedCondition(job: Job): JobCondition | undefined {
  return trueCondition(job, 'Complete') ?? trueCondition(job, 'Failed');
}

export function isTracked({ metadata }: Pod): boolean {
  return metadata.finalizers?.includes(TRACKING_FINALIZER) ?? false;
}

/**
 * The pod counts as a failure. One that is being deleted does too, unless its job waits for how it ends: it may never reach a
 * phase, if no kubelet ends it.
 */
export function isPodFailed({ metadata, status }: Pod, job: Job): boolean {
  if (status?.phase === 'Failed') return true;
  if (replacesOnlyFailed(job)) return false;
  return metadata.deletionTimestamp !== undefined && status?.phase !== 'Succeeded';
}

export function isPodSucceeded({ status }: Pod): boolean {
  return status?.phase === 'Succeeded';
}

/** The index of a pod; undefined where it has none, or none that can be. */
export function indexOf({ metadata }: Pod): number | undefined {
  const text = metadata.annotations?.[COMPLETION_INDEX] ?? '';
  return /^\+?\d+$/.test(text) ? Number(text) : undefined;
}

/** The index, where the job has such an index. */
export function indexIn(job: Job, pod: Pod): number | undefined {
  const index = indexOf(pod);
  return index !== undefined && index < completionsOf(job) ? index : undefined;
}

/** Failures in the pod's index before it. An annotation that anybody changed to nonsense counts as none. */
export function failuresBefore({ metadata }: Pod): { readonly counted: number; readonly ignored: number } {
  const read = (name: string): number => {
    const text = metadata.annotations?.[name] ?? '';
    return /^\d+$/.test(text) && Number(text) <= MAX_INT32 ? Number(text) : 0;
  };
  return { counted: read(INDEX_FAILURES), ignored: read(INDEX_IGNORED_FAILURES) };
}
