import type { Pod, StatefulSetStatus } from '../shared/objects';
import { ordinalOf, replicasOf, revisionOf } from './identity';
import { isAvailable, isRunningAndReady, type SetState } from './set-state';

/**
 * The status that the pods justify. `doomed` are those that were deleted in this pass, which the cache does not show yet. Whether to
 * write it is decided by comparing. (updateStatus)
 */
export function planStatus(state: SetState, collisionCount: number, doomed: ReadonlySet<Pod> = new Set()): StatefulSetStatus {
  const { set, current, update } = state;
  const pods = state.pods.filter((pod) => ordinalOf(set, pod) !== undefined);
  const staying = pods.filter((pod) => !pod.metadata.deletionTimestamp && !doomed.has(pod));
  const ofRevision = (name: string): number => staying.filter((pod) => revisionOf(pod) === name).length;
  return completed(state, {
    observedGeneration: set.metadata.generation ?? 0,
    replicas: pods.length,
    readyReplicas: pods.filter(isRunningAndReady).length,
    availableReplicas: pods.filter((pod) => isAvailable(state, pod)).length,
    currentReplicas: ofRevision(current.name),
    updatedReplicas: ofRevision(update.name),
    currentRevision: current.name,
    updateRevision: update.name,
    collisionCount,
    ...(set.status?.conditions && { conditions: set.status.conditions }),
  });
}

/** When all pods are of the update's revision and ready, that becomes the current one. (completeRollingUpdate) */
function completed({ set, update }: SetState, status: StatefulSetStatus): StatefulSetStatus {
  const isRolling = (set.spec?.updateStrategy?.type ?? 'RollingUpdate') === 'RollingUpdate';
  const replicas = replicasOf(set);
  const { updatedReplicas = 0, readyReplicas } = status;
  const isDone = [updatedReplicas, readyReplicas, status.replicas].every((count) => count === replicas);
  return isRolling && isDone ? { ...status, currentReplicas: updatedReplicas, currentRevision: update.name } : status;
}
