import type { Pod, ReplicaSet } from '../shared/objects';
import { isPodEnded } from '../shared/pod-state';
import type { ScaleStep } from './plan-scale';
import { activeOnes, actualReplicas } from './rolling-maths';

/** With Recreate all old pods go first. */
export function planScaleDownAll(old: readonly ReplicaSet[]): ScaleStep[] {
  return activeOnes(old).map((replicaSet) => ({ replicaSet, replicas: 0 }));
}

/**
 * Whether pods of old revisions may still run, also those that are being deleted: no pod of the new one may be made until they
 * have ended. (oldPodsRunning)
 */
export function oldPodsRun(old: readonly ReplicaSet[], oldPods: readonly Pod[]): boolean {
  return actualReplicas(old) > 0 || oldPods.some((pod) => !isPodEnded(pod));
}
