import { BIND_COMPLETED, storageClassNameOf } from '@typekube/api';
import type { Claim, ClusterReader } from '../../framework/handle';
import { type Pod, podKey, specOf, uidOf } from '../../framework/objects';

/** Tells the provisioner of a claim for which node it is wanted. */
export const SELECTED_NODE = 'volume.kubernetes.io/selected-node';
/** The provisioner of classes whose volumes an administrator makes. */
export const NO_PROVISIONER = 'kubernetes.io/no-provisioner';

/** A pod's claims by what is to be done about them. */
export interface PodClaims {
  readonly bound: readonly Claim[];
  /** Wait for a node to be chosen. */
  readonly delayed: readonly Claim[];
  /** Wait for somebody else. */
  readonly immediate: readonly Claim[];
}

/** What a claim lacks for any node to do. */
export interface ClaimProblem {
  readonly problem: string;
}

/** The pod's claims, or the first that no node can help. Undefined where it has none. */
export function claimsOf(pod: Pod, cluster: ClusterReader): PodClaims | ClaimProblem | undefined {
  const names = claimNames(pod);
  if (!names.length) return undefined;
  const claims: Claim[] = [];
  for (const name of names) {
    const claim = cluster.claim(pod.metadata.namespace ?? '', name.claimName);
    const problem = problemOf(pod, name, claim);
    if (problem !== undefined || !claim) return { problem: problem ?? '' };
    claims.push(claim);
  }
  const unbound = claims.filter((claim) => !isBound(claim));
  const delayed = unbound.filter((claim) => isDelayed(claim, cluster));
  return { bound: claims.filter(isBound), delayed, immediate: unbound.filter((claim) => !delayed.includes(claim)) };
}

/** Whether claim and volume have found each other for good. */
export function isBound({ spec, metadata }: Claim): boolean {
  return Boolean(spec?.volumeName) && metadata.annotations?.[BIND_COMPLETED] !== undefined;
}

interface ClaimName {
  readonly claimName: string;
  /** Made for the pod, and for it alone. */
  readonly isEphemeral: boolean;
}

function claimNames(pod: Pod): ClaimName[] {
  return (specOf(pod).volumes ?? []).flatMap(({ name, persistentVolumeClaim, ephemeral }): ClaimName[] => {
    if (persistentVolumeClaim) return [{ claimName: persistentVolumeClaim.claimName, isEphemeral: false }];
    return ephemeral ? [{ claimName: `${pod.metadata.name}-${name}`, isEphemeral: true }] : [];
  });
}

function problemOf(pod: Pod, { claimName, isEphemeral }: ClaimName, claim: Claim | undefined): string | undefined {
  if (!claim) {
    const missing = `persistentvolumeclaim "${claimName}" not found`;
    return isEphemeral ? `waiting for ephemeral volume controller to create the persistentvolumeclaim "${claimName}"` : missing;
  }
  if (claim.status?.phase === 'Lost') {
    return `persistentvolumeclaim "${claimName}" bound to non-existent persistentvolume "${claim.spec?.volumeName ?? ''}"`;
  }
  if (claim.metadata.deletionTimestamp !== undefined) return `persistentvolumeclaim "${claimName}" is being deleted`;
  const isOwned = claim.metadata.ownerReferences?.some(({ uid, controller }) => controller && uid === uidOf(pod));
  if (!isEphemeral || isOwned) return undefined;
  return `PVC ${claim.metadata.namespace}/${claimName} was not created for pod ${podKey(pod)} (pod is not owner)`;
}

/** The claim's class lets it wait for its first consumer, and nobody has given it a volume yet. */
function isDelayed(claim: Claim, cluster: ClusterReader): boolean {
  const storageClass = cluster.storageClass(storageClassNameOf(claim));
  return !claim.spec?.volumeName && storageClass?.volumeBindingMode === 'WaitForFirstConsumer';
}
