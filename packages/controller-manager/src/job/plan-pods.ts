import { byActivity } from '../shared/pod-ranking';
import type { Job, Pod } from '../shared/objects';
import { isPodTerminating } from '../shared/pod-state';
import { type Backoff, backoffLeft, endOf } from './backoff';
import { firstFree, type Intervals, union, withIndexes } from './intervals';
import {
  completionsOf,
  failuresBefore,
  hasBackoffLimitPerIndex,
  indexIn,
  indexOf,
  isIndexed,
  isSuspended,
  replacesOnlyFailed,
} from './job-fields';
import type { IndexTally, Tally } from './tally';

/** Not more pods than this are made or deleted in one go (job.MaxPodCreateDeletePerSync). */
export const MAX_PODS_AT_ONCE = 500;

/** What brings the pods of a job that goes on to what is wanted. */
export type PodsPlan =
  | { readonly do: 'nothing' }
  | { readonly do: 'delete'; readonly pods: readonly Pod[] }
  | { readonly do: 'create'; readonly count: number }
  | { readonly do: 'create-indexes'; readonly indexes: readonly number[] }
  /** After failures the next pod is not due yet. */
  | { readonly do: 'wait'; readonly milliseconds: number };

export interface PodsState {
  readonly job: Job;
  readonly pods: readonly Pod[];
  readonly tally: Tally;
  readonly backoff: Backoff;
  readonly now: number;
}

/** Deleting goes before making: a pass does one of both. (manageJob) */
export function planPods(state: PodsState): PodsPlan {
  const { job, tally } = state;
  const wanted = wantedActive(job, tally);
  const surplus = podsToDelete(job, tally.active, Math.max(0, tally.active.length - wanted));
  if (surplus.length > 0) return { do: 'delete', pods: isSuspended(job) ? surplus : surplus.slice(0, MAX_PODS_AT_ONCE) };
  const terminating = replacesOnlyFailed(job) ? tally.terminating : 0;
  const missing = Math.min(wanted - terminating - tally.active.length, MAX_PODS_AT_ONCE);
  if (missing <= 0) return { do: 'nothing' };
  return planCreation(state, missing);
}

function wantedActive(job: Job, { active, succeeded }: Tally): number {
  const { parallelism = 1, completions } = job.spec ?? {};
  if (isSuspended(job)) return 0;
  if (completions !== undefined) return Math.max(0, Math.min(completions - succeeded, parallelism));
  // A queue of work that its pods have found empty: those that still work finish, and no more come.
  return succeeded > 0 ? active.length : parallelism;
}

/** Those that nobody needs (no index, or another pod has it), and of the rest as many as are too many. (activePodsForRemoval) */
function podsToDelete(job: Job, active: readonly Pod[], atLeast: number): readonly Pod[] {
  const ranked = [...active].sort(byActivity);
  const needless = isIndexed(job) ? needlessPods(job, ranked) : new Set<Pod>();
  const rest = ranked.filter((pod) => !needless.has(pod));
  return [...needless, ...rest.slice(0, Math.max(0, atLeast - needless.size))];
}

/** Of several pods of an index the one that is furthest stays, which is the last. */
function needlessPods(job: Job, ranked: readonly Pod[]): Set<Pod> {
  const kept = new Map<number, Pod>();
  for (const pod of ranked) {
    const index = indexIn(job, pod);
    if (index !== undefined) kept.set(index, pod);
  }
  const staying = new Set(kept.values());
  return new Set(ranked.filter((pod) => !staying.has(pod)));
}

function planCreation({ job, pods, tally, backoff, now }: PodsState, missing: number): PodsPlan {
  const { indexes } = tally;
  const wait = hasBackoffLimitPerIndex(job) ? 0 : backoffLeft(backoff, now);
  if (wait > 0) return { do: 'wait', milliseconds: wait };
  if (!indexes) return { do: 'create', count: missing };
  const pending = firstFree(takenIndexes(job, pods, tally), missing, completionsOf(job));
  if (!hasBackoffLimitPerIndex(job)) return { do: 'create-indexes', indexes: pending };
  const due = pending.filter((index) => indexBackoffLeft(indexes, index, now) === 0);
  if (due.length > 0 || pending.length === 0) return { do: 'create-indexes', indexes: due };
  return { do: 'wait', milliseconds: Math.min(...pending.map((index) => indexBackoffLeft(indexes, index, now))) };
}

/** Indexes that have a pod, or need none any more. */
function takenIndexes(job: Job, pods: readonly Pod[], { active, indexes }: Tally): Intervals {
  const holders = replacesOnlyFailed(job) ? [...active, ...pods.filter(isPodTerminating)] : active;
  const held = holders.map(indexOf).filter((index) => index !== undefined);
  return union(withIndexes(indexes?.succeeded ?? [], held), indexes?.failed ?? []);
}

/** Each index has a pause of its own, by the failures that its last pod has on it. */
function indexBackoffLeft({ replaced }: IndexTally, index: number, now: number): number {
  const last = replaced.get(index);
  if (!last) return 0;
  const { counted, ignored } = failuresBefore(last);
  return backoffLeft({ failures: counted + ignored + 1, lastFailure: endOf(last) }, now);
}
