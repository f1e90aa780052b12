import { getScaledValueFromIntOrPercent } from '@typekube/apimachinery';
import type { Deployment, ReplicaSet } from '../shared/objects';

/** No deadline, or no limit, is what this number means. */
const UNLIMITED = 2_147_483_647;

/** How many pods are wanted; the API server defaults it to 1. */
export function replicasOf({ spec }: Deployment | ReplicaSet): number {
  return spec?.replicas ?? 1;
}

export function isRollingUpdate({ spec }: Deployment): boolean {
  return (spec?.strategy?.type ?? 'RollingUpdate') === 'RollingUpdate';
}

/** How many pods there may be beyond the wanted number during an update; 0 where pods are recreated. */
export function maxSurge(deployment: Deployment): number {
  return isRollingUpdate(deployment) ? fenceposts(deployment).surge : 0;
}

/** How many pods may be missing during an update; 0 where pods are recreated. */
export function maxUnavailable(deployment: Deployment): number {
  const replicas = replicasOf(deployment);
  if (!isRollingUpdate(deployment) || replicas === 0) return 0;
  return Math.min(fenceposts(deployment).unavailable, replicas);
}

/**
 * Surge is rounded up and unavailable down; if both come to 0, one pod may be missing, lest nothing can move.
 * (ResolveFenceposts)
 */
function fenceposts(deployment: Deployment): { surge: number; unavailable: number } {
  const replicas = replicasOf(deployment);
  const { maxSurge: surgeSpec = 0, maxUnavailable: unavailableSpec = 0 } = deployment.spec?.strategy?.rollingUpdate ?? {};
  const surge = getScaledValueFromIntOrPercent(surgeSpec, replicas, true);
  const unavailable = getScaledValueFromIntOrPercent(unavailableSpec, replicas, false);
  return surge === 0 && unavailable === 0 ? { surge, unavailable: 1 } : { surge, unavailable };
}

/** Pods that the replica sets want. */
export function wantedReplicas(replicaSets: readonly ReplicaSet[]): number {
  return sum(replicaSets, replicasOf);
}

/** Pods that the replica sets have. */
export function actualReplicas(replicaSets: readonly ReplicaSet[]): number {
  return sum(replicaSets, ({ status }) => status?.replicas ?? 0);
}

export function readyReplicas(replicaSets: readonly ReplicaSet[]): number {
  return sum(replicaSets, ({ status }) => status?.readyReplicas ?? 0);
}

export function availableReplicas(replicaSets: readonly ReplicaSet[]): number {
  return sum(replicaSets, ({ status }) => status?.availableReplicas ?? 0);
}

export function terminatingReplicas(replicaSets: readonly ReplicaSet[]): number {
  return sum(replicaSets, ({ status }) => status?.terminatingReplicas ?? 0);
}

/** Those that want at least one pod. */
export function activeOnes(replicaSets: readonly ReplicaSet[]): ReplicaSet[] {
  return replicaSets.filter((replicaSet) => replicasOf(replicaSet) > 0);
}

/** Seconds after which a rollout without progress counts as failed; undefined where there is no such limit. */
export function progressDeadline({ spec }: Deployment): number | undefined {
  const seconds = spec?.progressDeadlineSeconds;
  return seconds === undefined || seconds === UNLIMITED ? undefined : seconds;
}

/** How many old replica sets are kept; undefined where all are. */
export function historyLimit({ spec }: Deployment): number | undefined {
  const limit = spec?.revisionHistoryLimit;
  return limit === undefined || limit === UNLIMITED ? undefined : limit;
}

function sum(replicaSets: readonly ReplicaSet[], of: (replicaSet: ReplicaSet) => number): number {
  return replicaSets.reduce((total, replicaSet) => total + of(replicaSet), 0);
}
