import type { Job, JobStatus, Pod } from '../shared/objects';
import { judgeFailure } from './failure-policy';
import { countOf, formatIntervals, hasIndex, parseIntervals } from './intervals';
import { completionsOf, indexIn, indexOf, isIndexed, isPodFailed, isPodSucceeded, isTracked } from './job-fields';
import type { Outcome } from './plan-outcome';
import { type JobState, type Tally, uidOf } from './tally';

/** So many pods are counted in one pass: their UIDs stand in the status until their finalizers are gone. */
export const MAX_UNCOUNTED_PODS = 500;

/**
 * How pods come to be counted once, whatever line the process dies at: (1) the status lists the UIDs of ended pods as not yet
 * counted, (2) those pods lose their finalizer, (3) the status counts the listed ones that have none any more.
 */
export interface TrackingPlan {
  /** The status of the first step. */
  readonly status: JobStatus;
  /** The pods of the second step. */
  readonly release: readonly Pod[];
  /** Pods that had their finalizer before the second step, by UID. */
  readonly tracked: ReadonlySet<string>;
  /** There are more, for another pass. */
  readonly isPartial: boolean;
}

export interface TrackingState extends JobState {
  readonly tally: Tally;
  readonly outcome?: Outcome | undefined;
}

/** (trackJobStatusAndRemoveFinalizers) */
export function planTracking(state: TrackingState): TrackingPlan {
  const { job, pods, untracked } = state;
  const tracked = new Set(pods.filter((pod) => isTracked(pod) && !untracked.has(uidOf(pod))).map(uidOf));
  const counted = countReleased(job, job.status ?? {}, tracked);
  const [succeeded, failed] = [[...(counted.uncountedTerminatedPods?.succeeded ?? [])], [...(counted.uncountedTerminatedPods?.failed ?? [])]];
  const release: Pod[] = [];
  let newIndexes = 0;
  let isPartial = false;
  for (const pod of inOrder(job, pods)) {
    if (!tracked.has(uidOf(pod)) || !mayGo(state, pod)) continue;
    release.push(pod);
    const verdict = verdictOf(state, pod);
    if (verdict === 'index-succeeded') newIndexes++;
    else if (verdict === 'succeeded') succeeded.push(uidOf(pod));
    else if (verdict === 'failed') failed.push(uidOf(pod));
    isPartial = newIndexes + succeeded.length + failed.length >= MAX_UNCOUNTED_PODS;
    if (isPartial) break;
  }
  const uncountedTerminatedPods = { ...(succeeded.length > 0 && { succeeded }), ...(failed.length > 0 && { failed }) };
  return { status: { ...counted, ...indexStatus(state.tally), uncountedTerminatedPods }, release, tracked, isPartial };
}

/** The status with those listed pods counted that have no finalizer any more. (cleanUncountedPodsWithoutFinalizers) */
export function countReleased(job: Job, status: JobStatus, tracked: ReadonlySet<string>): JobStatus {
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {};
  const left = { succeeded: succeeded.filter((uid) => tracked.has(uid)), failed: failed.filter((uid) => tracked.has(uid)) };
  return {
    ...status,
    // An indexed job counts its indexes, not its pods.
    ...(!isIndexed(job) && { succeeded: (status.succeeded ?? 0) + succeeded.length - left.succeeded.length }),
    failed: (status.failed ?? 0) + failed.length - left.failed.length,
    uncountedTerminatedPods: {
      ...(left.succeeded.length > 0 && { succeeded: left.succeeded }),
      ...(left.failed.length > 0 && { failed: left.failed }),
    },
  };
}

function indexStatus({ indexes }: Tally): JobStatus {
  if (!indexes) return {};
  const { succeeded, failed } = indexes;
  return {
    succeeded: countOf(succeeded),
    completedIndexes: formatIntervals(succeeded),
    ...(failed && { failedIndexes: formatIntervals(failed) }),
  };
}

/** It has ended, or its job has. The last failed pod of an index stays until another has its count of failures. (canRemoveFinalizer) */
function mayGo({ job, outcome, tally }: TrackingState, pod: Pod): boolean {
  if (job.metadata.deletionTimestamp || outcome || isPodSucceeded(pod)) return true;
  if (!isPodFailed(pod, job)) return false;
  const index = indexOf(pod);
  return index === undefined || tally.indexes?.replaced.get(index)?.metadata.uid !== pod.metadata.uid;
}

type Verdict = 'succeeded' | 'index-succeeded' | 'failed' | 'uncounted';

/** As what a pod has to be counted that is not yet. Where the job has failed, pods that still work count as failed. */
function verdictOf({ job, outcome }: TrackingState, pod: Pod): Verdict {
  const { succeeded, failed } = job.status?.uncountedTerminatedPods ?? {};
  const isListed = (list: readonly string[] | undefined): boolean => list?.includes(uidOf(pod)) ?? false;
  const index = indexIn(job, pod);
  if (isPodSucceeded(pod) && !isListed(failed)) {
    if (!isIndexed(job)) return isListed(succeeded) ? 'uncounted' : 'succeeded';
    const before = parseIntervals(job.status?.completedIndexes, completionsOf(job));
    return index !== undefined && !hasIndex(before, index) ? 'index-succeeded' : 'uncounted';
  }
  if (!isPodFailed(pod, job) && outcome?.final !== 'Failed') return 'uncounted';
  if (isListed(failed) || (isIndexed(job) && index === undefined)) return 'uncounted';
  return judgeFailure(job, pod).counts ? 'failed' : 'uncounted';
}

/** Indexes are completed in their order. */
function inOrder(job: Job, pods: readonly Pod[]): readonly Pod[] {
  if (!isIndexed(job)) return pods;
  return [...pods].sort((a, b) => (indexOf(a) ?? -1) - (indexOf(b) ?? -1));
}
