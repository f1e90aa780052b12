import { findCondition, withCondition, withoutCondition } from '../shared/conditions';
import { type Deployment, type DeploymentCondition, type DeploymentStatus, timeOf } from '../shared/objects';
import { isComplete, newCondition, planStatus, withReplicaFailure } from './plan-status';
import type { Revisions } from './revision';
import { progressDeadline } from './rolling-maths';

const PROGRESSING = 'Progressing';
const AVAILABLE_REASON = 'NewReplicaSetAvailable';
const TIMED_OUT_REASON = 'ProgressDeadlineExceeded';

/** The status during a rollout: counts, and how the rollout gets on. (syncRolloutStatus) */
export function planRolloutStatus(deployment: Deployment, revisions: Revisions, now: number): DeploymentStatus {
  const status = planStatus(deployment, revisions, now);
  const conditions = planProgress(deployment, { status, revisions, now });
  return { ...status, conditions: withReplicaFailure(conditions, revisions) };
}

interface Progress {
  readonly status: DeploymentStatus;
  readonly revisions: Revisions;
  readonly now: number;
}

function planProgress(deployment: Deployment, { status, revisions, now }: Progress): readonly DeploymentCondition[] {
  const conditions = status.conditions ?? [];
  if (progressDeadline(deployment) === undefined) return withoutCondition(conditions, PROGRESSING);
  const current = findCondition(deployment.status?.conditions, PROGRESSING);
  const wasComplete = status.replicas === status.updatedReplicas && current?.reason === AVAILABLE_REASON;
  if (wasComplete) return conditions;
  const what = subjectOf(deployment, revisions);
  if (isComplete(deployment, status)) {
    return withCondition(conditions, progressing('True', AVAILABLE_REASON, `${what} has successfully progressed.`, now));
  }
  if (hasProgressed(deployment.status ?? {}, status)) {
    const next = progressing('True', 'ReplicaSetUpdated', `${what} is progressing.`, now);
    const keepsTime = current?.status === 'True' && current.lastTransitionTime;
    return [...withoutCondition(conditions, PROGRESSING), keepsTime ? { ...next, lastTransitionTime: keepsTime } : next];
  }
  if (!hasTimedOut(deployment, status, now)) return conditions;
  return withCondition(conditions, progressing('False', TIMED_OUT_REASON, `${what} has timed out progressing.`, now));
}

/**
 * Before each sync: a pause and its end stop the clock of the deadline. Undefined where nothing changes.
 * (checkPausedConditions)
 */
export function planPausedConditions(deployment: Deployment, now: number): readonly DeploymentCondition[] | undefined {
  const { status, spec } = deployment;
  if (progressDeadline(deployment) === undefined) return undefined;
  const current = findCondition(status?.conditions, PROGRESSING);
  if (current?.reason === TIMED_OUT_REASON) return undefined;
  const isNoted = current?.reason === 'DeploymentPaused';
  if (Boolean(spec?.paused) === isNoted) return undefined;
  const next = spec?.paused
    ? progressing('Unknown', 'DeploymentPaused', 'Deployment is paused', now)
    : progressing('Unknown', 'DeploymentResumed', 'Deployment is resumed', now);
  return withCondition(status?.conditions, next);
}

/** In how many milliseconds the deadline will have passed, where nothing else may happen until then. (requeueStuckDeployment) */
export function untilTimeout(deployment: Deployment, status: DeploymentStatus, now: number): number | undefined {
  const deadline = progressDeadline(deployment);
  const current = findCondition(deployment.status?.conditions, PROGRESSING);
  if (deadline === undefined || !current) return undefined;
  const isOver = current.reason === TIMED_OUT_REASON || current.reason === AVAILABLE_REASON;
  if (isOver || isComplete(deployment, status)) return undefined;
  const left = timeOf(current.lastUpdateTime) + deadline * 1000 - now;
  return Math.max(0, left) + 1000;
}

export function progressing(status: string, reason: string, message: string, now: number): DeploymentCondition {
  return newCondition({ type: PROGRESSING, status, reason, message }, now);
}

function subjectOf({ metadata }: Deployment, { newest }: Revisions): string {
  if (newest) return `ReplicaSet ${JSON.stringify(newest.metadata.name ?? '')}`;
  return `Deployment ${JSON.stringify(metadata.name ?? '')}`;
}

/** More new pods, fewer old ones, or more of them ready or available. (DeploymentProgressing) */
function hasProgressed(before: DeploymentStatus, after: DeploymentStatus): boolean {
  const oldPods = ({ replicas = 0, updatedReplicas = 0 }: DeploymentStatus): number => replicas - updatedReplicas;
  return (
    (after.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    oldPods(after) < oldPods(before) ||
    (after.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (after.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  );
}

function hasTimedOut(deployment: Deployment, status: DeploymentStatus, now: number): boolean {
  const deadline = progressDeadline(deployment);
  const condition = findCondition(status.conditions, PROGRESSING);
  if (deadline === undefined || !condition || condition.reason === AVAILABLE_REASON) return false;
  return condition.reason === TIMED_OUT_REASON || timeOf(condition.lastUpdateTime) + deadline * 1000 < now;
}
