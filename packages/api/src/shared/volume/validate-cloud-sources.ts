import { type FieldError, type FieldPath, invalid, notSupported, required } from '@typekube/apimachinery';
import type { corev1 } from '../../types';
import { isMissing } from '../fields/field-rules';

/** One `Required value` for each of the named fields that is missing. */
export function requireFields<T extends object>(source: T, path: FieldPath, fields: readonly (keyof T & string)[]): FieldError[] {
  return fields
    .filter((field) => source[field] === undefined || source[field] === '')
    .map((field) => required(path.child(field)));
}

/** The name of a secret reference that is there must be there too. */
export function requireSecretName(secretRef: corev1.LocalObjectReference | undefined, path: FieldPath): FieldError[] {
  return secretRef && isMissing(secretRef.name) ? [required(path.child('secretRef', 'name'))] : [];
}

function validatePartition(partition: number | undefined, path: FieldPath): FieldError[] {
  if (partition === undefined || (partition >= 0 && partition <= 255)) return [];
  return [invalid(path.child('partition'), partition, 'must be between 1 and 255, inclusive')];
}

export function validateGceDisk(source: corev1.GCEPersistentDiskVolumeSource, path: FieldPath): FieldError[] {
  return [...requireFields(source, path, ['pdName']), ...validatePartition(source.partition, path)];
}

export function validateAwsDisk(source: corev1.AWSElasticBlockStoreVolumeSource, path: FieldPath): FieldError[] {
  return [...requireFields(source, path, ['volumeID']), ...validatePartition(source.partition, path)];
}

export function validateCinder(source: corev1.CinderVolumeSource, path: FieldPath): FieldError[] {
  return [...requireFields(source, path, ['volumeID']), ...requireSecretName(source.secretRef, path)];
}

export function validateVsphere(source: corev1.VsphereVirtualDiskVolumeSource, path: FieldPath): FieldError[] {
  return requireFields(source, path, ['volumePath']);
}

export function validatePhotonDisk(source: corev1.PhotonPersistentDiskVolumeSource, path: FieldPath): FieldError[] {
  return requireFields(source, path, ['pdID']);
}

export function validatePortworx(source: corev1.PortworxVolumeSource, path: FieldPath): FieldError[] {
  return requireFields(source, path, ['volumeID']);
}

export function validateAzureFile(source: corev1.AzureFileVolumeSource, path: FieldPath): FieldError[] {
  return requireFields(source, path, ['secretName', 'shareName']);
}

const CACHING_MODES = ['None', 'ReadOnly', 'ReadWrite'];
const DISK_KINDS = ['Dedicated', 'Managed', 'Shared'];
const MANAGED_URI = '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}';
const BLOB_URI = 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd';

export function validateAzureDisk(source: corev1.AzureDiskVolumeSource, path: FieldPath): FieldError[] {
  const { kind, cachingMode, diskURI = '' } = source;
  const errors = requireFields(source, path, ['diskName', 'diskURI']);
  if (cachingMode !== undefined && !CACHING_MODES.includes(cachingMode)) {
    errors.push(notSupported(path.child('cachingMode'), cachingMode, CACHING_MODES));
  }
  if (kind === undefined) return errors;
  if (!DISK_KINDS.includes(kind)) errors.push(notSupported(path.child('kind'), kind, DISK_KINDS));
  const managed = kind === 'Managed';
  if (!diskURI.startsWith(managed ? '/subscriptions/' : 'https://')) {
    errors.push(notSupported(path.child('diskURI'), diskURI, [managed ? MANAGED_URI : BLOB_URI]));
  }
  return errors;
}
