import { getScaledValueFromIntOrPercent } from '@typekube/apimachinery';
import type { DaemonSet } from '../shared/objects';

/** How many pods may be missing, and how many nodes may have two, during an update of so many nodes. Both are rounded up. */
export interface UpdateLimits {
  readonly maxUnavailable: number;
  readonly maxSurge: number;
}

/** If both come to 0, one pod may be missing, lest nothing can move. (updatedDesiredNodeCounts) */
export function updateLimits({ spec }: DaemonSet, wanted: number): UpdateLimits {
  const { maxUnavailable = 0, maxSurge = 0 } = spec?.updateStrategy?.rollingUpdate ?? {};
  const unavailable = getScaledValueFromIntOrPercent(maxUnavailable, wanted, true);
  const surge = getScaledValueFromIntOrPercent(maxSurge, wanted, true);
  return { maxUnavailable: unavailable === 0 && surge === 0 ? 1 : unavailable, maxSurge: surge };
}

export function isRollingUpdate({ spec }: DaemonSet): boolean {
  return (spec?.updateStrategy?.type ?? 'RollingUpdate') === 'RollingUpdate';
}

/** During updates a node may have two pods. (AllowsSurge) */
export function allowsSurge(daemonSet: DaemonSet): boolean {
  return isRollingUpdate(daemonSet) && updateLimits(daemonSet, 100).maxSurge > 0;
}
