import type { Pod } from '../shared/objects';
import { isPodEnded } from '../shared/pod-state';
import { isStale } from './claim-owners';
import { hasIdentity } from './identity';
import { newPod, repaired } from './new-pod';
import { type ClaimsPlan, knownClaims, NO_CLAIMS, planClaims, planOwnership } from './plan-claims';
import { planUpdate } from './plan-update';
import {
  condemnedOf,
  isAvailable,
  isOrdered,
  isRunningAndReady,
  isUnavailable,
  type Member,
  type Place,
  placesOf,
  type SetState,
} from './set-state';
import { hasStorage } from './storage';

/** Not more pods than this are made in one go; those that come wake the controller for the next ones. */
const BURST = 500;

/** One thing to do about one pod. */
export type Step =
  | { readonly do: 'create'; readonly pod: Pod; readonly claims: ClaimsPlan }
  | { readonly do: 'delete'; readonly pod: Pod }
  /** Puts its claims right, and the pod itself, where `wanted` is there. */
  | { readonly do: 'tend'; readonly pod: Pod; readonly ordinal: number; readonly claims: ClaimsPlan; readonly wanted?: Pod };

/** Steps that may be taken at once, where the set is not ordered; the next ones only after all of them. */
export type Phase = readonly Step[];

/**
 * What to do now. In an ordered set each pod waits until those before it are available, and of several to go the last one goes
 * first. Scaling comes before updates. (updateStatefulSet)
 */
export function planPods(state: SetState): Phase[] {
  const replicas = planReplicas(state);
  if (replicas.isBlocked) return [replicas.steps];
  const condemned = condemnedOf(state);
  const phases = [replicas.steps, planCondemnedClaims(state, condemned)];
  if (!isOrdered(state.set)) return [...phases, deletions(condemned.map(({ pod }) => pod)), deletions(planUpdate(state))];
  return [...phases, deletions(condemned.length > 0 ? nextToGo(state, condemned) : planUpdate(state))];
}

function deletions(pods: readonly Pod[]): Step[] {
  return pods.filter(({ metadata }) => !metadata.deletionTimestamp).map((pod) => ({ do: 'delete', pod }));
}

function planReplicas(state: SetState): { readonly steps: readonly Step[]; readonly isBlocked: boolean } {
  const steps: Step[] = [];
  let missing = 0;
  for (const place of placesOf(state)) {
    const { step, isDone } = planReplica(state, place);
    if (step) steps.push(step);
    if (!isDone && isOrdered(state.set)) return { steps, isBlocked: true };
    if (!place.pod) missing += 1;
    if (missing >= BURST) break;
  }
  return { steps, isBlocked: false };
}

/** `isDone`: the next pod need not wait for this one. (processReplica) */
function planReplica(state: SetState, { ordinal, pod }: Place): { readonly step?: Step | undefined; readonly isDone: boolean } {
  if (!pod) return { step: planCreation(state, ordinal), isDone: false };
  const isGoing = pod.metadata.deletionTimestamp !== undefined;
  // Whatever it ended with, it comes again when it is gone.
  if (isPodEnded(pod)) return isGoing ? { isDone: false } : { step: { do: 'delete', pod }, isDone: false };
  const isDone = !isGoing && isRunningAndReady(pod) && isAvailable(state, pod);
  return { step: planCare(state, { ordinal, pod }, isDone || !isOrdered(state.set)), isDone };
}

/** None while a claim goes with the pod that was here before. */
function planCreation(state: SetState, ordinal: number): Step | undefined {
  const pod = newPod(state, ordinal);
  if (knownClaims(state, ordinal).some((claim) => isStale(claim, state.set, pod))) return undefined;
  return { do: 'create', pod, claims: planClaims(state, pod, ordinal) };
}

/** A pod that waits may do so for its claims; others get them only where their volumes are put right too. */
function planCare(state: SetState, { ordinal, pod }: Member, mayRepair: boolean): Step | undefined {
  const isWrong = mayRepair && !(hasIdentity(pod) && hasStorage(state.set, pod, ordinal));
  const needsClaims = pod.status?.phase === 'Pending' || (mayRepair && !hasStorage(state.set, pod, ordinal));
  const own = mayRepair ? planOwnership(state, pod, ordinal) : [];
  const claims = needsClaims ? planClaims(state, pod, ordinal) : { ...NO_CLAIMS, own };
  const isRight = !isWrong && [claims.create, claims.going, claims.own].every((list) => list.length === 0);
  if (isRight) return undefined;
  return { do: 'tend', pod, ordinal, claims, ...(isWrong && { wanted: repaired(state.set, pod, ordinal) }) };
}

/** Before a pod goes its claims are told whether they go with it. */
function planCondemnedClaims(state: SetState, condemned: readonly Member[]): Step[] {
  return condemned.flatMap(({ ordinal, pod }) => {
    const own = planOwnership(state, pod, ordinal);
    return own.length > 0 ? [{ do: 'tend' as const, pod, ordinal, claims: { ...NO_CLAIMS, own } }] : [];
  });
}

/** The last pod, if it is available, or the first one that is not: else all wait for that one. (processCondemned) */
function nextToGo(state: SetState, condemned: readonly Member[]): Pod[] {
  const [last] = condemned;
  const unavailable = condemned.filter(({ pod }) => isUnavailable(state, pod)).at(-1);
  if (!last) return [];
  return isAvailable(state, last.pod) || last === unavailable ? [last.pod] : [];
}
