import type { Deployment, ReplicaSet } from '../shared/objects';
import { timeOf } from '../shared/objects';
import { DESIRED_REPLICAS, MAX_REPLICAS, sizeAnnotation } from './annotations';
import type { Revisions } from './revision';
import { activeOnes, isRollingUpdate, maxSurge, replicasOf, wantedReplicas } from './rolling-maths';

/** A replica set is to have so many pods. */
export interface ScaleStep {
  readonly replicaSet: ReplicaSet;
  readonly replicas: number;
}

/**
 * Whether the deployment was scaled since its replica sets were, so that they have to follow before anything else.
 * (isScalingEvent)
 */
export function wasScaled(deployment: Deployment, replicaSets: readonly ReplicaSet[]): boolean {
  const desired = activeOnes(replicaSets).map((replicaSet) => sizeAnnotation(replicaSet, DESIRED_REPLICAS));
  return desired.some((size) => size !== undefined && size !== replicasOf(deployment));
}

/**
 * How the replica sets follow the size of a deployment. The only one that has pods gets all; where the newest has all that it
 * wants, the others get none; in the middle of a rolling update each gets its share, so that a bad revision does not grow
 * beyond its part. Steps may leave a size as it is: its annotations have to be renewed. (DeploymentController.scale)
 */
export function planScale(deployment: Deployment, { newest, old }: Revisions): ScaleStep[] {
  const replicas = replicasOf(deployment);
  const only = activeOrLatest(newest, old);
  if (only) return replicasOf(only) === replicas ? [] : [{ replicaSet: only, replicas }];
  if (isSaturated(deployment, newest)) return activeOnes(old).map((replicaSet) => ({ replicaSet, replicas: 0 }));
  if (!isRollingUpdate(deployment)) return [];
  return planProportional(deployment, activeOnes(newest ? [...old, newest] : old));
}

/** The only one that has pods; where none has, the newest; undefined where several have. (FindActiveOrLatest) */
function activeOrLatest(newest: ReplicaSet | undefined, old: readonly ReplicaSet[]): ReplicaSet | undefined {
  const active = activeOnes(newest ? [...old, newest] : old);
  if (active.length > 1) return undefined;
  return active[0] ?? newest ?? [...old].sort((a, b) => creation(b) - creation(a))[0];
}

function isSaturated(deployment: Deployment, newest: ReplicaSet | undefined): boolean {
  if (!newest) return false;
  const replicas = replicasOf(deployment);
  const sizes = [sizeAnnotation(newest, DESIRED_REPLICAS), replicasOf(newest), newest.status?.availableReplicas ?? 0];
  return sizes.every((size) => size === replicas);
}

function planProportional(deployment: Deployment, active: ReplicaSet[]): ScaleStep[] {
  const replicas = replicasOf(deployment);
  const allowed = replicas > 0 ? replicas + maxSurge(deployment) : 0;
  const toAdd = allowed - wantedReplicas(active);
  const newerFirst = toAdd > 0 ? 1 : -1;
  const ordered = active.sort(bySize((a, b) => newerFirst * (creation(b) - creation(a))));
  let added = 0;
  const steps = ordered.map((replicaSet) => {
    const share = shareOf(deployment, replicaSet, { toAdd, added });
    added += share;
    return { replicaSet, replicas: replicasOf(replicaSet) + share };
  });
  const leftover = toAdd - added;
  return steps.map((step, i) => (i === 0 ? { ...step, replicas: Math.max(0, step.replicas + leftover) } : step));
}

/** Larger ones first, so that what rounding leaves over goes where it is felt least. */
function bySize(tie: (a: ReplicaSet, b: ReplicaSet) => number): (a: ReplicaSet, b: ReplicaSet) => number {
  return (a, b) => replicasOf(b) - replicasOf(a) || tie(a, b);
}

/** How many pods of what is to be added (or, negative, taken) fall to a replica set. (GetReplicaSetProportion) */
function shareOf(deployment: Deployment, replicaSet: ReplicaSet, { toAdd, added }: { toAdd: number; added: number }): number {
  if (replicasOf(replicaSet) === 0 || toAdd === 0 || toAdd === added) return 0;
  const share = fractionOf(deployment, replicaSet);
  return toAdd > 0 ? Math.min(share, toAdd - added) : Math.max(share, toAdd - added);
}

function fractionOf(deployment: Deployment, replicaSet: ReplicaSet): number {
  const size = replicasOf(replicaSet);
  const replicas = replicasOf(deployment);
  if (replicas === 0) return -size;
  const before = sizeAnnotation(replicaSet, MAX_REPLICAS) || (deployment.status?.replicas ?? 0);
  if (before === 0) return 0;
  return roundAway((size * (replicas + maxSurge(deployment))) / before) - size;
}

/** Half is rounded away from zero, as Go's integer.RoundToInt32. */
function roundAway(value: number): number {
  return value < 0 ? -Math.floor(-value + 0.5) : Math.floor(value + 0.5);
}

function creation({ metadata }: ReplicaSet): number {
  return timeOf(metadata.creationTimestamp);
}
