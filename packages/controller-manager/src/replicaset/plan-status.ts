import { formatTime, selectorFromSet } from '@typekube/apimachinery';
import { findCondition, withCondition, withoutCondition } from '../shared/conditions';
import type { Pod, ReplicaSet, ReplicaSetCondition, ReplicaSetStatus } from '../shared/objects';
import { isPodAvailable, isPodReady } from '../shared/pod-state';
import { messageOf } from '../shared/pod-control';

export interface StatusState {
  readonly replicaSet: ReplicaSet;
  readonly active: readonly Pod[];
  /** How many pods are being deleted and have not ended yet. */
  readonly terminating: number;
  /** Why pods could not be made or deleted, if so. */
  readonly failure?: unknown;
  readonly now: number;
}

/** The status that the pods justify. Whether to write it is decided by comparing. (replicaset.calculateStatus) */
export function planStatus(state: StatusState): ReplicaSetStatus {
  const { replicaSet, active, terminating, now } = state;
  const { template, minReadySeconds = 0 } = replicaSet.spec ?? {};
  const labeled = selectorFromSet(template?.metadata?.labels);
  const conditions = planConditions(state);
  return {
    replicas: active.length,
    fullyLabeledReplicas: active.filter(({ metadata }) => labeled.matches(metadata.labels)).length,
    readyReplicas: active.filter(isPodReady).length,
    availableReplicas: active.filter((pod) => isPodAvailable(pod, minReadySeconds, now)).length,
    terminatingReplicas: terminating,
    observedGeneration: replicaSet.metadata.generation ?? 0,
    ...(conditions.length > 0 && { conditions }),
  };
}

function planConditions({ replicaSet, active, failure, now }: StatusState): ReplicaSetCondition[] {
  const current = replicaSet.status?.conditions;
  if (failure === undefined) return withoutCondition(current, 'ReplicaFailure');
  if (findCondition(current, 'ReplicaFailure')) return [...(current ?? [])];
  return withCondition(current, {
    type: 'ReplicaFailure',
    status: 'True',
    reason: active.length < (replicaSet.spec?.replicas ?? 1) ? 'FailedCreate' : 'FailedDelete',
    message: messageOf(failure),
    lastTransitionTime: formatTime(new Date(now)),
  });
}
