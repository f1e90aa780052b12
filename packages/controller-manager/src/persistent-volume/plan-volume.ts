import { resolve } from 'node:path';
import { BOUND_BY_CONTROLLER } from '@typekube/api';
import type { PersistentVolume, PersistentVolumeClaim } from '../shared/objects';

/** Who made a volume on request. */
const PROVISIONED_BY = 'pv.kubernetes.io/provisioned-by';

/** What comes next for a volume. */
export type VolumeStep =
  | { readonly do: 'setPhase'; readonly phase: 'Available' | 'Bound' }
  /** Its claim will see to it. */
  | { readonly do: 'nothing' }
  /** Its claim has another volume. */
  | { readonly do: 'unbind' }
  /** Nobody has it any more. */
  | { readonly do: 'release' };

/** The next step for a volume and the claim that its reference names, which may be another of that name; pure. (syncVolume) */
export function planVolume(volume: PersistentVolume, claim: PersistentVolumeClaim | undefined): VolumeStep {
  const { claimRef, persistentVolumeReclaimPolicy } = volume.spec ?? {};
  if (!claimRef?.uid) return { do: 'setPhase', phase: 'Available' };
  if (claim?.metadata.uid !== claimRef.uid) return { do: 'release' };
  if (!claim.spec?.volumeName) return { do: 'nothing' };
  if (claim.spec.volumeName === volume.metadata.name) return { do: 'setPhase', phase: 'Bound' };
  const isSuperfluous = isProvisioned(volume) && persistentVolumeReclaimPolicy === 'Delete';
  return isSuperfluous ? { do: 'release' } : { do: 'unbind' };
}

function isProvisioned({ metadata }: PersistentVolume): boolean {
  return metadata.annotations?.[PROVISIONED_BY] !== undefined;
}

/** The volume without its claim, or kept for it still where a user has said so. (unbindVolume) */
export function unboundVolume(volume: PersistentVolume): PersistentVolume {
  const { claimRef, ...spec } = volume.spec ?? {};
  const { [BOUND_BY_CONTROLLER]: mark, ...annotations } = volume.metadata.annotations ?? {};
  if (mark !== undefined) return { ...volume, metadata: { ...volume.metadata, annotations }, spec };
  const { uid: _uid, ...kept } = claimRef ?? {};
  return { ...volume, spec: { ...spec, claimRef: kept } };
}

/** What becomes of a volume that nobody has any more. */
export type Reclaim =
  | { readonly do: 'keep' }
  /** A folder of the machine that this runs on is removed, then the volume. */
  | { readonly do: 'removeFolder'; readonly path: string }
  | { readonly do: 'fail'; readonly reason: string; readonly message: string };

/** By its policy. (reclaimVolume) */
export function planReclaim(volume: PersistentVolume): Reclaim {
  const { persistentVolumeReclaimPolicy: policy = 'Retain', hostPath } = volume.spec ?? {};
  switch (policy) {
    case 'Retain':
      return { do: 'keep' };
    case 'Recycle':
      return { do: 'fail', reason: 'VolumeFailedRecycle', message: 'No recycler plugin found for the volume!' };
    case 'Delete':
      return hostPath ? planFolder(hostPath.path) : planDeletion(volume);
    default:
      return { do: 'fail', reason: 'VolumeUnknownReclaimPolicy', message: 'Volume has an unrecognized reclaim policy' };
  }
}

/** The only volumes that upstream deletes by itself are folders below /tmp. */
function planFolder(path: string): Reclaim {
  const folder = resolve(path);
  if (folder.startsWith('/tmp/')) return { do: 'removeFolder', path: folder };
  const message = `host_path deleter only supports /tmp/.+ but received provided ${path}`;
  return { do: 'fail', reason: 'VolumeFailedDelete', message };
}

/** What somebody else made, somebody else deletes. */
function planDeletion(volume: PersistentVolume): Reclaim {
  if (isProvisioned(volume) || volume.spec?.csi) return { do: 'keep' };
  const message = `error getting deleter volume plugin for volume "${volume.metadata.name ?? ''}": no deletable volume plugin matched`;
  return { do: 'fail', reason: 'VolumeFailedDelete', message };
}
