import { type Deployment, type ReplicaSet, byCreation } from '../shared/objects';
import { revisionOf } from './annotations';
import { historyLimit, replicasOf } from './rolling-maths';

/**
 * Old replica sets beyond the history limit, the lowest revisions first. One that has or may have pods is kept.
 * (cleanupDeployment)
 */
export function planCleanup(deployment: Deployment, old: readonly ReplicaSet[]): ReplicaSet[] {
  const limit = historyLimit(deployment);
  if (limit === undefined) return [];
  const alive = old.filter(({ metadata }) => !metadata.deletionTimestamp);
  const byRevision = alive.sort((a, b) => Number(revisionOf(a) - revisionOf(b)) || byCreation(a, b));
  return byRevision.slice(0, Math.max(0, alive.length - limit)).filter(isEmpty);
}

function isEmpty(replicaSet: ReplicaSet): boolean {
  const { metadata, status } = replicaSet;
  const isObserved = (metadata.generation ?? 0) <= (status?.observedGeneration ?? 0);
  return replicasOf(replicaSet) === 0 && (status?.replicas ?? 0) === 0 && isObserved;
}
