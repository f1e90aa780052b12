import type { OwnerReference } from '@typekube/apimachinery';
import type { DeepReadonly } from '@typekube/client';
import { type Cached, controllerReference, type OwnerKind, type PersistentVolumeClaim, type Pod, type StatefulSet } from '../shared/objects';
import { STATEFUL_SET } from './identity';

type Reference = DeepReadonly<OwnerReference>;

const POD: OwnerKind = { apiVersion: 'v1', kind: 'Pod' };

/** A pod of a set that its claims may belong to. */
export interface ClaimingPod {
  readonly set: StatefulSet;
  readonly pod: Pod;
  /** The set wants the pod; else it is scaled down. */
  readonly isWanted: boolean;
}

/**
 * Who a claim belongs to, by the set's retention policy: to the set where it goes with that, to the pod where it goes with one that
 * is scaled down; else to nobody. (isClaimOwnerUpToDate)
 */
export function policyOwners({ set, pod, isWanted }: ClaimingPod): OwnerReference[] {
  const { whenDeleted, whenScaled } = policyOf(set);
  if (whenScaled === 'Delete' && !isWanted) return [controllerReference(pod, POD)];
  return whenDeleted === 'Delete' ? [controllerReference(set, STATEFUL_SET)] : [];
}

/**
 * The owners that a claim should have in place of those that it has; undefined where they are right. Claims of an earlier set or pod
 * of the name are left to the garbage collector. (updateClaimOwnerRefForSetAndPod)
 */
export function planOwners(claim: PersistentVolumeClaim, claiming: ClaimingPod): Reference[] | undefined {
  const { set, pod } = claiming;
  const owners = claim.metadata.ownerReferences ?? [];
  if (isOfEarlier(claim, set, STATEFUL_SET) || isOfEarlier(claim, pod, POD)) return undefined;
  const others = owners.filter((owner) => !names(owner, set, STATEFUL_SET) && !names(owner, pod, POD));
  const wanted = hasOtherController(claim, claiming) ? others : [...others, ...policyOwners(claiming)];
  return sameOwners(owners, wanted) ? undefined : wanted;
}

/** Another controller has the claim, though the policy says that the set or its pods should. (hasUnexpectedController) */
export function hasOtherController({ metadata }: PersistentVolumeClaim, { set, pod }: ClaimingPod): boolean {
  const { whenDeleted, whenScaled } = policyOf(set);
  if (whenDeleted !== 'Delete' && whenScaled !== 'Delete') return false;
  const isOther = (owner: Reference): boolean => !names(owner, set, STATEFUL_SET) && !names(owner, pod, POD);
  return (metadata.ownerReferences ?? []).some((owner) => owner.controller === true && isOther(owner));
}

/** The claim goes with an earlier pod of the name: a new one must not take it. (PodClaimIsStale) */
export function isStale(claim: PersistentVolumeClaim, set: StatefulSet, pod: Pod): boolean {
  return policyOf(set).whenScaled === 'Delete' && isOfEarlier(claim, pod, POD);
}

function policyOf({ spec }: StatefulSet): { readonly whenDeleted?: string; readonly whenScaled?: string } {
  return spec?.persistentVolumeClaimRetentionPolicy ?? {};
}

/** (hasStaleOwnerRef) */
function isOfEarlier({ metadata }: PersistentVolumeClaim, owner: Cached, kind: OwnerKind): boolean {
  return (metadata.ownerReferences ?? []).some((each) => names(each, owner, kind) && each.uid !== owner.metadata.uid);
}

function names(reference: Reference, { metadata }: Cached, { apiVersion, kind }: OwnerKind): boolean {
  return reference.apiVersion === apiVersion && reference.kind === kind && reference.name === metadata.name;
}

function sameOwners(a: readonly Reference[], b: readonly Reference[]): boolean {
  const key = ({ uid, controller = false }: Reference): string => `${uid}/${controller}`;
  return a.length === b.length && a.every((owner, i) => key(owner) === key(b[i] ?? owner));
}
