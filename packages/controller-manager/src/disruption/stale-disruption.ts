import type { corev1 } from '@typekube/api';
import { formatTime, hasReason } from '@typekube/apimachinery';
import { type Indexer, pods, type ReconcileContext, type Requeue } from '@typekube/client';
import type { ControllerDeps } from '../shared/controller-deps';
import { type Pod, timeOf } from '../shared/objects';
import { isPodEnded } from '../shared/pod-state';

const TARGET = 'DisruptionTarget';
const STALE_MILLISECONDS = 120_000;

/**
 * In how many milliseconds it is clear that the pod, which says that it is about to be disrupted, will not be. What a kubelet
 * says stays: it may take long to end a pod. (nonTerminatingPodHasStaleDisruptionCondition)
 */
export function untilStale(pod: Pod, now: number): number | undefined {
  const condition = pod.status?.conditions?.find(({ type }) => type === TARGET);
  if (condition?.status !== 'True' || condition.reason === 'TerminationByKubelet') return undefined;
  if (pod.metadata.deletionTimestamp || isPodEnded(pod)) return undefined;
  return Math.max(0, timeOf(condition.lastTransitionTime) + STALE_MILLISECONDS - now);
}

/** Takes back what a pod says of its disruption when that did not come. */
export function staleDisruptionReconciler(deps: ControllerDeps, cache: Indexer<corev1.Pod>) {
  return async (key: string, { signal }: ReconcileContext): Promise<void | Requeue> => {
    const pod = cache.get(key);
    const wait = pod && untilStale(pod, deps.clock.now());
    if (!pod || wait === undefined) return;
    if (wait > 0) return { requeueAfterMilliseconds: wait };
    const undone = { type: TARGET, status: 'False', lastTransitionTime: formatTime(new Date(deps.clock.now())) };
    const conditions = (pod.status?.conditions ?? []).map((each) => (each.type === TARGET ? undone : each));
    try {
      await deps.client.for(pods, pod.metadata.namespace ?? '').updateStatus({ ...pod, status: { ...pod.status, conditions } }, { signal });
    } catch (error) {
      if (!hasReason(error, 'NotFound')) throw error;
    }
  };
}
