import { BIND_COMPLETED, BOUND_BY_CONTROLLER, isVolumeOf } from '@typekube/api';
import type { PersistentVolume, PersistentVolumeClaim } from '../shared/objects';

/** The volume with the claim in it; undefined where it has it already. (GetBindVolumeToClaim) */
export function boundVolume(volume: PersistentVolume, claim: PersistentVolumeClaim): PersistentVolume | undefined {
  const { name = '', namespace = '', uid = '', resourceVersion = '' } = claim.metadata;
  const { claimRef } = volume.spec ?? {};
  const isKept = claimRef !== undefined && isVolumeOf(volume, claim);
  if (isKept && claimRef.uid === uid) return undefined;
  const reference = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name, uid, resourceVersion };
  const annotations = { ...volume.metadata.annotations, ...(!isKept && { [BOUND_BY_CONTROLLER]: 'yes' }) };
  return { ...volume, metadata: { ...volume.metadata, annotations }, spec: { ...volume.spec, claimRef: reference } };
}

/** The claim with the volume in it; undefined where it has it already. */
export function boundClaim(claim: PersistentVolumeClaim, { metadata: { name = '' } }: PersistentVolume): PersistentVolumeClaim | undefined {
  const isChosen = claim.spec?.volumeName !== name;
  if (!isChosen && claim.metadata.annotations?.[BIND_COMPLETED] !== undefined) return undefined;
  const annotations = { ...claim.metadata.annotations, [BIND_COMPLETED]: 'yes', ...(isChosen && { [BOUND_BY_CONTROLLER]: 'yes' }) };
  return { ...claim, metadata: { ...claim.metadata, annotations }, spec: { ...claim.spec, volumeName: name } };
}

type ClaimStatus = NonNullable<PersistentVolumeClaim['status']>;

/** The status of a bound claim; undefined where it has it. A capacity that is there is the business of whoever makes volumes larger. */
export function boundStatus({ status = {} }: PersistentVolumeClaim, { spec }: PersistentVolume): ClaimStatus | undefined {
  const { accessModes = [], capacity = {} } = spec ?? {};
  const isBound = status.phase === 'Bound' && status.capacity?.['storage'] !== undefined;
  if (isBound && status.accessModes?.join() === accessModes.join()) return undefined;
  return { ...status, phase: 'Bound', accessModes, capacity: (isBound && status.capacity) || capacity };
}

/** The status of a claim that has no volume; undefined where it has it. */
export function unboundStatus({ status = {} }: PersistentVolumeClaim, phase: 'Pending' | 'Lost'): ClaimStatus | undefined {
  const { accessModes, capacity, ...others } = status;
  return status.phase === phase && !accessModes && !capacity ? undefined : { ...others, phase };
}
