import { formatTime } from '@typekube/apimachinery';
import { findCondition, withCondition, withoutCondition } from '../shared/conditions';
import type { Deployment, DeploymentCondition, DeploymentStatus, ReplicaSet } from '../shared/objects';
import type { Revisions } from './revision';
import {
  actualReplicas,
  availableReplicas,
  maxUnavailable,
  readyReplicas,
  replicasOf,
  terminatingReplicas,
  wantedReplicas,
} from './rolling-maths';

/** A condition as of now. */
export function newCondition(
  fields: Pick<DeploymentCondition, 'type' | 'status' | 'reason' | 'message'>,
  now: number,
): DeploymentCondition {
  const time = formatTime(new Date(now));
  return { ...fields, lastUpdateTime: time, lastTransitionTime: time };
}

/** The counts, and whether the deployment is available; other conditions stay as they are. (calculateStatus) */
export function planStatus(deployment: Deployment, { newest, old }: Revisions, now: number): DeploymentStatus {
  const all = newest ? [...old, newest] : old;
  const available = availableReplicas(all);
  const isAvailable = available >= replicasOf(deployment) - maxUnavailable(deployment);
  const { collisionCount, conditions } = deployment.status ?? {};
  return {
    observedGeneration: deployment.metadata.generation ?? 0,
    replicas: actualReplicas(all),
    updatedReplicas: actualReplicas(newest ? [newest] : []),
    readyReplicas: readyReplicas(all),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, wantedReplicas(all) - available),
    terminatingReplicas: terminatingReplicas(all),
    ...(collisionCount !== undefined && { collisionCount }),
    conditions: withCondition(conditions, newCondition(isAvailable ? AVAILABLE : UNAVAILABLE, now)),
  };
}

const AVAILABLE = {
  type: 'Available',
  status: 'True',
  reason: 'MinimumReplicasAvailable',
  message: 'Deployment has minimum availability.',
};

const UNAVAILABLE = {
  type: 'Available',
  status: 'False',
  reason: 'MinimumReplicasUnavailable',
  message: 'Deployment does not have minimum availability.',
};

/** Whether all pods are of the newest revision, and available. (DeploymentComplete) */
export function isComplete(deployment: Deployment, status: DeploymentStatus | undefined): boolean {
  const replicas = replicasOf(deployment);
  const { updatedReplicas = 0, replicas: actual = 0, availableReplicas: available = 0, observedGeneration = 0 } = status ?? {};
  const isWhole = updatedReplicas === replicas && actual === replicas && available === replicas;
  return isWhole && observedGeneration >= (deployment.metadata.generation ?? 0);
}

/**
 * The failure that a replica set reports becomes one of the deployment; that of the newest goes before others.
 * (getReplicaFailures)
 */
export function withReplicaFailure(
  conditions: readonly DeploymentCondition[] | undefined,
  { newest, old }: Revisions,
): DeploymentCondition[] {
  const failure = failureOf(newest) ?? old.map(failureOf).find((condition) => condition !== undefined);
  return failure ? withCondition(conditions, failure) : withoutCondition(conditions, 'ReplicaFailure');
}

function failureOf(replicaSet: ReplicaSet | undefined): DeploymentCondition | undefined {
  const condition = findCondition(replicaSet?.status?.conditions, 'ReplicaFailure');
  return condition && { ...condition, ...(condition.lastTransitionTime && { lastUpdateTime: condition.lastTransitionTime }) };
}

