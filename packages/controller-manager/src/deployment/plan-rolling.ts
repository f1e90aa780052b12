import { byCreation, type Deployment, type ReplicaSet } from '../shared/objects';
import type { ScaleStep } from './plan-scale';
import { availableReplicas, maxSurge, maxUnavailable, isRollingUpdate, replicasOf, wantedReplicas } from './rolling-maths';

/**
 * How many pods the newest replica set may have now: in a rolling update as many more as fit under the surge, else all. `all`
 * has it among the others. (NewRSNewReplicas)
 */
export function newestReplicas(deployment: Deployment, newest: ReplicaSet, all: readonly ReplicaSet[]): number {
  const replicas = replicasOf(deployment);
  const current = replicasOf(newest);
  if (!isRollingUpdate(deployment)) return replicas;
  const room = replicas + maxSurge(deployment) - wantedReplicas(all);
  return room <= 0 ? current : current + Math.min(room, replicas - current);
}

/** The next step for the newest replica set of a rolling update, if it has one. (reconcileNewReplicaSet) */
export function planScaleUpNewest(deployment: Deployment, newest: ReplicaSet, old: readonly ReplicaSet[]): ScaleStep[] {
  const current = replicasOf(newest);
  const replicas = Math.min(newestReplicas(deployment, newest, [...old, newest]), replicasOf(deployment));
  return replicas === current ? [] : [{ replicaSet: newest, replicas }];
}

/**
 * The next steps for the old replica sets of a rolling update: never so many pods go that fewer than the minimum might be
 * available. First go pods that are not available anyway, the oldest replica sets' first, then available ones as far as the
 * newest's have come. (reconcileOldReplicaSets)
 */
export function planScaleDownOld(deployment: Deployment, newest: ReplicaSet, old: readonly ReplicaSet[]): ScaleStep[] {
  if (wantedReplicas(old) === 0) return [];
  const minAvailable = replicasOf(deployment) - maxUnavailable(deployment);
  const newestUnavailable = replicasOf(newest) - (newest.status?.availableReplicas ?? 0);
  const most = wantedReplicas([...old, newest]) - minAvailable - newestUnavailable;
  if (most <= 0) return [];
  const sizes = new Map([...old].sort(byCreation).map((replicaSet) => [replicaSet, replicasOf(replicaSet)]));
  take(sizes, most, (replicaSet, size) => size - (replicaSet.status?.availableReplicas ?? 0));
  take(sizes, availableReplicas([...old, newest]) - minAvailable, (_, size) => size);
  const changed = [...sizes].filter(([replicaSet, size]) => size !== replicasOf(replicaSet));
  return changed.map(([replicaSet, replicas]) => ({ replicaSet, replicas }));
}

/** Takes pods from one replica set after the other, from each as many as may go, until enough are taken. */
function take(sizes: Map<ReplicaSet, number>, most: number, mayGo: (replicaSet: ReplicaSet, size: number) => number): void {
  let left = most;
  for (const [replicaSet, size] of sizes) {
    const count = Math.max(0, Math.min(left, mayGo(replicaSet, size)));
    sizes.set(replicaSet, size - count);
    left -= count;
  }
}
