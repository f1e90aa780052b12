import { getScaledValueFromIntOrPercent } from '@typekube/apimachinery';
import type { Pod, StatefulSet } from '../shared/objects';
import { replicasOf, revisionOf, startOf } from './identity';
import { isOrdered, isUnavailable, type SetState, wantedOf } from './set-state';

/**
 * Pods that go because they are of another revision than the update's: the last ones first, never so many that more than
 * `maxUnavailable` are missing, none below the partition. In a set that is not ordered, those that are not available anyway
 * go whatever is missing. (updateStatefulSetAfterInvariantEstablished)
 */
export function planUpdate(state: SetState): Pod[] {
  const { set, update } = state;
  const { type = 'RollingUpdate', rollingUpdate } = set.spec?.updateStrategy ?? {};
  if (type !== 'RollingUpdate') return [];
  const wanted = wantedOf(state);
  const available = wanted.filter(({ pod }) => !isUnavailable(state, pod)).length;
  const budget = Math.max(0, maxUnavailable(set) - (replicasOf(set) - available));
  const first = startOf(set) + (rollingUpdate?.partition ?? 0);
  const outdated = wanted
    .filter(({ ordinal, pod }) => ordinal >= first && revisionOf(pod) !== update.name && !pod.metadata.deletionTimestamp)
    .map(({ pod }) => pod)
    .reverse();
  if (isOrdered(set)) return outdated.slice(0, budget);
  const broken = outdated.filter((pod) => isUnavailable(state, pod));
  return [...broken, ...outdated.filter((pod) => !isUnavailable(state, pod)).slice(0, budget)];
}

/** Rounded down, but one at least. (getStatefulSetMaxUnavailable) */
export function maxUnavailable(set: StatefulSet): number {
  const value = set.spec?.updateStrategy?.rollingUpdate?.maxUnavailable ?? 1;
  return Math.max(1, getScaledValueFromIntOrPercent(value, replicasOf(set), false));
}
