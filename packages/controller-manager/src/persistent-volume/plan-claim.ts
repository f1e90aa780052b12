import { BIND_COMPLETED, findVolumeFor, isVolumeOf, storageClassNameOf, volumeMisfit } from '@typekube/api';
import { keyOf } from '@typekube/client';
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from '../shared/objects';

/** The node that the scheduler has chosen for the pod of a claim that waited for it. */
const SELECTED_NODE = 'volume.kubernetes.io/selected-node';

export interface ClaimEvent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

/** What comes next for a claim. */
export type ClaimStep =
  /** Both sides are to say that they are bound; where they do, there is nothing to write. */
  | { readonly do: 'bind'; readonly volume: PersistentVolume }
  /** Nothing can be done before something else happens. */
  | { readonly do: 'wait'; readonly event?: ClaimEvent }
  /** Somebody is to make a volume. */
  | { readonly do: 'provision'; readonly provisioner: string }
  /** It was bound, and its data are gone. */
  | { readonly do: 'lose'; readonly event: ClaimEvent };

/** What the decision is made on. */
export interface VolumeWorld {
  volume(name: string): PersistentVolume | undefined;
  volumes(): readonly PersistentVolume[];
  storageClass(name: string): StorageClass | undefined;
}

/** The next step for a claim; pure. (syncClaim) */
export function planClaim(claim: PersistentVolumeClaim, world: VolumeWorld): ClaimStep {
  if (claim.metadata.annotations?.[BIND_COMPLETED] !== undefined) return planBound(claim, world);
  return claim.spec?.volumeName ? planNamed(claim, claim.spec.volumeName, world) : planUnbound(claim, world);
}

function planBound(claim: PersistentVolumeClaim, world: VolumeWorld): ClaimStep {
  const { volumeName } = claim.spec ?? {};
  if (!volumeName) return lose('ClaimLost', 'Bound claim has lost reference to PersistentVolume. Data on the volume is lost!');
  const volume = world.volume(volumeName);
  if (!volume) return lose('ClaimLost', 'Bound claim has lost its PersistentVolume. Data on the volume is lost!');
  const { claimRef } = volume.spec ?? {};
  if (!claimRef || claimRef.uid === claim.metadata.uid) return { do: 'bind', volume };
  return lose('ClaimMisbound', 'Two claims are bound to the same volume, this one is bound incorrectly');
}

/** It asks for a volume by name. */
function planNamed(claim: PersistentVolumeClaim, name: string, world: VolumeWorld): ClaimStep {
  const volume = world.volume(name);
  if (!volume) return { do: 'wait' };
  const { claimRef } = volume.spec ?? {};
  if (claimRef && isVolumeOf(volume, claim)) return { do: 'bind', volume };
  if (claimRef) return wait('Warning', 'FailedBinding', `volume "${name}" already bound to a different claim.`);
  const misfit = volumeMisfit(volume, claim);
  if (misfit !== undefined) return wait('Warning', 'VolumeMismatch', `Cannot bind to requested volume "${name}": ${misfit}`);
  return { do: 'bind', volume };
}

function planUnbound(claim: PersistentVolumeClaim, world: VolumeWorld): ClaimStep {
  const className = storageClassNameOf(claim);
  const storageClass = className ? world.storageClass(className) : undefined;
  const isDelayed = storageClass?.volumeBindingMode === 'WaitForFirstConsumer' && claim.metadata.annotations?.[SELECTED_NODE] === undefined;
  const volume = findVolumeFor(claim, world.volumes(), { isDelayed });
  if (volume) return { do: 'bind', volume };
  if (isDelayed) return wait('Normal', 'WaitForFirstConsumer', 'waiting for first consumer to be created before binding');
  if (!className) {
    const message = 'no persistent volumes available for this claim and no storage class is set';
    return wait('Normal', 'FailedBinding', message);
  }
  if (!storageClass) return wait('Warning', 'ProvisioningFailed', `storageclass.storage.k8s.io "${className}" not found`);
  return planProvisioning(storageClass);
}

/** Names of upstream's own provisioners, of which there is none any more. */
const IN_TREE = 'kubernetes.io/';

function planProvisioning({ provisioner }: StorageClass): ClaimStep {
  if (!provisioner.startsWith(IN_TREE)) return { do: 'provision', provisioner };
  return wait('Warning', 'ProvisioningFailed', `no volume plugin matched name: ${provisioner}`);
}

function wait(type: ClaimEvent['type'], reason: string, message: string): ClaimStep {
  return { do: 'wait', event: { type, reason, message } };
}

function lose(reason: string, message: string): ClaimStep {
  return { do: 'lose', event: { type: 'Warning', reason, message } };
}

/** `namespace/name` of the claim that a volume is kept for; undefined for none. */
export function claimKeyOf({ spec }: PersistentVolume): string | undefined {
  const { claimRef } = spec ?? {};
  return claimRef && keyOf(claimRef.namespace ?? '', claimRef.name ?? '');
}
