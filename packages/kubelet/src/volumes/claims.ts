import type { corev1 } from '@typekube/api';
import { type Client, type DeepReadonly, persistentVolumeClaims, persistentVolumes } from '@typekube/client';
import { nameOf, namespaceOf, type Pod, uidOf, type Volume } from '../objects';
import { errorText } from '../program';
import { type ClaimReference, MountError, type VolumeSources, type VolumeSpec } from './volume';

type PersistentVolume = DeepReadonly<corev1.PersistentVolume>;

/** A volume of a pod as it is to be mounted. */
export interface ResolvedVolume {
  readonly volume: VolumeSpec;
  readonly readOnly: boolean;
}

/** The claim that a volume stands for; undefined where it stands for none. */
export function claimOfVolume(pod: Pod, { name, persistentVolumeClaim, ephemeral }: Volume): ClaimReference | undefined {
  const namespace = namespaceOf(pod);
  if (persistentVolumeClaim) return { namespace, name: persistentVolumeClaim.claimName };
  return ephemeral && { namespace, name: `${nameOf(pod)}-${name}`, ownerUid: uidOf(pod) };
}

/** What a volume that is a claim stands for. Rejects where the claim has no volume, or one that cannot be mounted here. */
export async function resolveVolume(pod: Pod, volume: Volume, sources: VolumeSources): Promise<ResolvedVolume> {
  const claim = claimOfVolume(pod, volume);
  if (!claim) return { volume, readOnly: false };
  const found = await sources.claimedVolume(claim);
  return { volume: specOf(volume.name, found), readOnly: volume.persistentVolumeClaim?.readOnly ?? false };
}

function specOf(name: string, { metadata, spec = {} }: PersistentVolume): VolumeSpec {
  const { hostPath, local, volumeMode } = spec;
  if (volumeMode === 'Block') throw new MountError(`block volumes are not supported yet (persistent volume "${metadata.name ?? ''}")`);
  if (hostPath) return { name, hostPath };
  if (local) return { name, local };
  throw new MountError(`persistent volumes other than hostPath and local ones are not supported yet ("${metadata.name ?? ''}")`);
}

/** The volumes that the claims of the pods here are bound to, asked for once: what a pod has mounted is its own to its end. */
export class ClaimedVolumes {
  private readonly known = new Map<string, Map<string, PersistentVolume>>();

  constructor(private readonly client: Client) {}

  /** Rejects where the claim has no volume, and it was not known before. */
  async get(claim: ClaimReference, podUid: string): Promise<PersistentVolume> {
    const ofPod = this.known.get(podUid) ?? new Map<string, PersistentVolume>();
    const known = ofPod.get(claim.name);
    if (known) return known;
    const volume = await fetchClaimedVolume(this.client, claim);
    this.known.set(podUid, ofPod.set(claim.name, volume));
    return volume;
  }

  release(podUid: string): void {
    this.known.delete(podUid);
  }
}

/** Asks the API server for the volume of a claim. Both sides must say that they are bound. (getPVCExtractPV, getPVSpec) */
async function fetchClaimedVolume(client: Client, { namespace, name, ownerUid }: ClaimReference): Promise<PersistentVolume> {
  const failed = (why: string, cause?: unknown): MountError => new MountError(`error processing PVC ${namespace}/${name}: ${why}`, { cause });
  const claim = await client
    .for(persistentVolumeClaims, namespace)
    .get(name)
    .catch((error: unknown) => Promise.reject(failed(`failed to fetch PVC from API server: ${errorText(error)}`, error)));
  const { metadata, spec, status } = claim;
  if (metadata.deletionTimestamp !== undefined) throw failed('PVC is being deleted');
  if (ownerUid !== undefined && !metadata.ownerReferences?.some(({ uid, controller }) => controller && uid === ownerUid)) {
    throw failed(`PVC ${namespace}/${name} was not created for the pod (pod is not owner)`);
  }
  if (status?.phase !== 'Bound' || !spec?.volumeName) throw failed('PVC is not bound');
  const volume = await client
    .for(persistentVolumes)
    .get(spec.volumeName)
    .catch((error: unknown) => Promise.reject(failed(`failed to fetch PV ${spec.volumeName} from API server: ${errorText(error)}`, error)));
  const { claimRef } = volume.spec ?? {};
  if (claimRef?.uid !== metadata.uid) {
    throw failed(`PV ${spec.volumeName} has claimRef.UID ("${claimRef?.uid ?? ''}") which is not equal to pvcUID (${metadata.uid ?? ''})`);
  }
  return volume;
}
