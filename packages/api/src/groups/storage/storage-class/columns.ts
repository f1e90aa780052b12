import { ageColumn, defineTable, nameColumn, nameOf, text } from '../../../shared/columns/table';
import type { storagev1 } from '../../../types';

export const table = defineTable<storagev1.StorageClass>(
  { ...nameColumn, cell: (storageClass) => nameOf(storageClass) + (isDefault(storageClass) ? ' (default)' : '') },
  text('Provisioner', 'provisioner indicates the type of the provisioner.', ({ provisioner }) => provisioner),
  text(
    'ReclaimPolicy',
    'reclaimPolicy controls the reclaimPolicy for dynamically provisioned PersistentVolumes of this storage ' +
      'class. Defaults to Delete.',
    ({ reclaimPolicy }) => reclaimPolicy ?? 'Delete',
  ),
  text(
    'VolumeBindingMode',
    'volumeBindingMode indicates how PersistentVolumeClaims should be provisioned and bound.  When unset, ' +
      'VolumeBindingImmediate is used. This field is only honored by servers that enable the VolumeScheduling ' +
      'feature.',
    ({ volumeBindingMode }) => volumeBindingMode ?? 'Immediate',
  ),
  text(
    'AllowVolumeExpansion',
    'allowVolumeExpansion shows whether the storage class allow volume expand.',
    ({ allowVolumeExpansion }) => allowVolumeExpansion ?? false,
  ),
  ageColumn,
);

const DEFAULT_ANNOTATIONS = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class'];

function isDefault({ metadata }: storagev1.StorageClass): boolean {
  return DEFAULT_ANNOTATIONS.some((annotation) => metadata.annotations?.[annotation] === 'true');
}
