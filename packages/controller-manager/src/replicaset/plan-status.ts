import { formatTime, selectorFromSet } from '@typekube/apimachinery';
import { findCondition, withCondition, withoutCondition } from '../shared/conditions';
import type { Pod, ReplicaSetCondition, ReplicaSetStatus } from '../shared/objects';
import { isPodAvailable, isPodReady } from '../shared/pod-state';
import { messageOf } from '../shared/pod-control';
import type { Replicated } from './replica-kind';

export interface StatusState {
  readonly owner: Replicated;
  readonly active: readonly Pod[];
  /** How many pods are being deleted and have not ended yet. */
  readonly terminating: number;
  /** Why pods could not be made or deleted, if so. */
  readonly failure?: unknown;
  readonly now: number;
}

/** The status that the pods justify. Whether to write it is decided by comparing. (replicaset.calculateStatus) */
export function planStatus(state: StatusState): ReplicaSetStatus {
  const { owner, active, terminating, now } = state;
  const { template, minReadySeconds = 0 } = owner.spec ?? {};
  const labeled = selectorFromSet(template?.metadata?.labels);
  const conditions = planConditions(state);
  return {
    replicas: active.length,
    fullyLabeledReplicas: active.filter(({ metadata }) => labeled.matches(metadata.labels)).length,
    readyReplicas: active.filter(isPodReady).length,
    availableReplicas: active.filter((pod) => isPodAvailable(pod, minReadySeconds, now)).length,
    terminatingReplicas: terminating,
    observedGeneration: owner.metadata.generation ?? 0,
    ...(conditions.length > 0 && { conditions }),
  };
}

function planConditions({ owner, active, failure, now }: StatusState): ReplicaSetCondition[] {
  const current = owner.status?.conditions;
  if (failure === undefined) return withoutCondition(current, 'ReplicaFailure');
  if (findCondition(current, 'ReplicaFailure')) return [...(current ?? [])];
  return withCondition(current, {
    type: 'ReplicaFailure',
    status: 'True',
    reason: active.length < (owner.spec?.replicas ?? 1) ? 'FailedCreate' : 'FailedDelete',
    message: messageOf(failure),
    lastTransitionTime: formatTime(new Date(now)),
  });
}
