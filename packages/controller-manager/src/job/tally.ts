import type { Job, Pod } from '../shared/objects';
import { isPodActive, isPodReady, isPodTerminating } from '../shared/pod-state';
import { endOf } from './backoff';
import { judgeFailure } from './failure-policy';
import { countOf, hasIndex, type Intervals, parseIntervals, withIndexes } from './intervals';
import {
  completionsOf,
  failuresBefore,
  hasBackoffLimitPerIndex,
  indexIn,
  indexOf,
  isIndexed,
  isPodFailed,
  isPodSucceeded,
  isTracked,
} from './job-fields';

export interface JobState {
  readonly job: Job;
  /** Its own, whatever their phase. */
  readonly pods: readonly Pod[];
  /** UIDs of pods whose finalizer was taken already, although the cache may still show it. */
  readonly untracked: ReadonlySet<string>;
}

/** Where a job stands: its status, and what its pods say that is not in the status yet. */
export interface Tally {
  readonly active: readonly Pod[];
  readonly ready: number;
  readonly terminating: number;
  /** Ended, and neither counted nor about to be. */
  readonly newlySucceeded: readonly Pod[];
  readonly newlyFailed: readonly Pod[];
  readonly succeeded: number;
  readonly failed: number;
  /** Only of an indexed job. */
  readonly indexes?: IndexTally;
}

export interface IndexTally {
  readonly succeeded: Intervals;
  /** Only with a backoff limit per index. */
  readonly failed?: Intervals;
  /** By index the failed pod that waits for its successor, which takes over its count of failures. */
  readonly replaced: ReadonlyMap<number, Pod>;
}

export function takeTally({ job, pods, untracked }: JobState): Tally {
  const { status } = job;
  const uncounted = status?.uncountedTerminatedPods;
  const [uncountedSucceeded, uncountedFailed] = [new Set(uncounted?.succeeded), new Set(uncounted?.failed)];
  const active = pods.filter(isPodActive);
  const fresh = pods.filter((pod) => isTracked(pod) && !untracked.has(uidOf(pod)) && (!isIndexed(job) || indexIn(job, pod) !== undefined));
  const newlySucceeded = fresh.filter((pod) => isPodSucceeded(pod) && !uncountedSucceeded.has(uidOf(pod)));
  const newlyFailed = fresh.filter((pod) => isPodFailed(pod, job) && !uncountedFailed.has(uidOf(pod)));
  const counting = newlyFailed.filter((pod) => judgeFailure(job, pod).counts);
  const indexes = isIndexed(job) ? tallyIndexes({ job, pods, active, fresh }) : undefined;
  return {
    active,
    ready: active.filter(isPodReady).length,
    terminating: pods.filter(isPodTerminating).length,
    newlySucceeded,
    newlyFailed,
    succeeded: indexes ? countOf(indexes.succeeded) : (status?.succeeded ?? 0) + newlySucceeded.length + uncountedSucceeded.size,
    failed: (status?.failed ?? 0) + counting.length + uncountedFailed.size,
    ...(indexes && { indexes }),
  };
}

export function uidOf({ metadata }: Pod): string {
  return metadata.uid ?? '';
}

interface IndexState {
  readonly job: Job;
  readonly pods: readonly Pod[];
  readonly active: readonly Pod[];
  readonly fresh: readonly Pod[];
}

function tallyIndexes(state: IndexState): IndexTally {
  const { job, pods } = state;
  const [completions, { completedIndexes, failedIndexes }] = [completionsOf(job), job.status ?? {}];
  const tracked = pods.filter(isTracked);
  const succeeded = withIndexes(parseIntervals(completedIndexes, completions), indexesOf(job, tracked.filter(isPodSucceeded)));
  if (!hasBackoffLimitPerIndex(job)) return { succeeded, replaced: new Map() };
  const lost = tracked.filter((pod) => failsIndex(job, pod));
  const failed = withIndexes(parseIntervals(failedIndexes, completions), indexesOf(job, lost));
  return { succeeded, failed, replaced: findReplaced(state, succeeded, failed) };
}

/** Those that the job has; a pod may bear any number. */
function indexesOf(job: Job, pods: readonly Pod[]): number[] {
  return pods.map((pod) => indexIn(job, pod)).filter((index) => index !== undefined);
}

/** With this pod its index has used up its failures, or the policy gives the index up. (isIndexFailed) */
function failsIndex(job: Job, pod: Pod): boolean {
  if (!isPodFailed(pod, job)) return false;
  const { action, counts } = judgeFailure(job, pod);
  return action === 'FailIndex' || (counts && failuresBefore(pod).counted >= (job.spec?.backoffLimitPerIndex ?? 0));
}

/** The last failed pod of each index that is to be tried again and has no pod now. (getPodsWithDelayedDeletionPerIndex) */
function findReplaced({ job, active, fresh }: IndexState, succeeded: Intervals, failed: Intervals): Map<number, Pod> {
  const busy = new Set(active.map(indexOf));
  const replaced = new Map<number, Pod>();
  for (const pod of fresh.filter((each) => isPodFailed(each, job))) {
    const index = indexIn(job, pod);
    if (index === undefined || busy.has(index) || hasIndex(succeeded, index) || hasIndex(failed, index)) continue;
    const other = replaced.get(index);
    if (!other || (failuresUntil(other) <= failuresUntil(pod) && endOf(pod) >= endOf(other))) replaced.set(index, pod);
  }
  return replaced;
}

function failuresUntil(pod: Pod): number {
  const { counted, ignored } = failuresBefore(pod);
  return counted + ignored;
}
