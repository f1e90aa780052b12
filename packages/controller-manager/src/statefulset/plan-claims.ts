import type { OwnerReference } from '@typekube/apimachinery';
import type { DeepReadonly } from '@typekube/client';
import type { PersistentVolumeClaim, Pod } from '../shared/objects';
import { hasOtherController, planOwners, policyOwners } from './claim-owners';
import { isInRange } from './identity';
import type { SetState } from './set-state';
import { claimsOf } from './storage';

/** What is to be done about the claims of a pod. */
export interface ClaimsPlan {
  readonly create: readonly PersistentVolumeClaim[];
  /** Names of claims that are being deleted: the pod has to wait for others in their place. */
  readonly going: readonly string[];
  readonly own: readonly OwnedClaim[];
  /** Names of claims that another controller has, against the policy: users are told. */
  readonly contested: readonly string[];
}

export interface OwnedClaim {
  readonly claim: PersistentVolumeClaim;
  readonly owners: readonly DeepReadonly<OwnerReference>[];
}

export const NO_CLAIMS: ClaimsPlan = { create: [], going: [], own: [], contested: [] };

/** Claims that are missing are made, with the owners that the policy gives them. (createMissingPersistentVolumeClaims) */
export function planClaims(state: SetState, pod: Pod, ordinal: number): ClaimsPlan {
  const claiming = { set: state.set, pod, isWanted: isInRange(state.set, ordinal) };
  const wanted = claimsOf(state.set, ordinal);
  const owners = policyOwners(claiming);
  const known = (claim: PersistentVolumeClaim): PersistentVolumeClaim | undefined => state.claimNamed(claim.metadata.name ?? '');
  return {
    create: wanted
      .filter((claim) => !known(claim))
      .map((claim) => (owners.length > 0 ? { ...claim, metadata: { ...claim.metadata, ownerReferences: owners } } : claim)),
    going: wanted.filter((claim) => known(claim)?.metadata.deletionTimestamp).map(({ metadata }) => metadata.name ?? ''),
    own: planOwnership(state, pod, ordinal),
    contested: knownClaims(state, ordinal)
      .filter((claim) => hasOtherController(claim, claiming))
      .map(({ metadata }) => metadata.name ?? ''),
  };
}

/** Only their owners. (UpdatePodClaimForRetentionPolicy) */
export function planOwnership(state: SetState, pod: Pod, ordinal: number): OwnedClaim[] {
  const claiming = { set: state.set, pod, isWanted: isInRange(state.set, ordinal) };
  return knownClaims(state, ordinal).flatMap((claim) => {
    const owners = planOwners(claim, claiming);
    return owners ? [{ claim, owners }] : [];
  });
}

/** The claims of a pod that there are. */
export function knownClaims(state: SetState, ordinal: number): PersistentVolumeClaim[] {
  return claimsOf(state.set, ordinal).flatMap(({ metadata }) => state.claimNamed(metadata.name ?? '') ?? []);
}
