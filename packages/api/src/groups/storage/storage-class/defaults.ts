import type { storagev1 } from '../../../types';

/** Volumes are deleted with their claim and bound at once. */
export function setDefaults(object: storagev1.StorageClass): void {
  object.reclaimPolicy ??= 'Delete';
  object.volumeBindingMode ??= 'Immediate';
}
