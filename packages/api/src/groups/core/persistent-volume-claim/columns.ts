import { ageColumn, defineTable, nameColumn, text, wide } from '../../../shared/columns/table';
import type { corev1 } from '../../../types';
import { accessModesText, storageClassOf } from '../../../shared/columns/volume';

export const table = defineTable<corev1.PersistentVolumeClaim>(
  nameColumn,
  text(
    'Status',
    'phase represents the current phase of PersistentVolumeClaim.',
    ({ metadata, status }) => (metadata.deletionTimestamp ? 'Terminating' : (status?.phase ?? '')),
  ),
  text(
    'Volume',
    'volumeName is the binding reference to the PersistentVolume backing this claim.',
    ({ spec }) => spec?.volumeName ?? '',
  ),
  text(
    'Capacity',
    'capacity represents the actual resources of the underlying volume.',
    ({ spec, status }) => (spec?.volumeName ? (status?.capacity?.storage ?? '0') : ''),
  ),
  text(
    'Access Modes',
    'accessModes contains the actual access modes the volume backing the PVC has. More info: ' +
      'https://kubernetes.io/docs/concepts/storage/persistent-volumes#access-modes-1',
    ({ spec, status }) => (spec?.volumeName ? accessModesText(status?.accessModes) : ''),
  ),
  text('StorageClass', 'StorageClass of the pvc', (claim) => storageClassOf(claim)),
  text(
    'VolumeAttributesClass',
    'VolumeAttributesClass of the pvc',
    ({ spec }) => spec?.volumeAttributesClassName ?? '<unset>',
  ),
  ageColumn,
  wide(
    text(
      'VolumeMode',
      'volumeMode defines what type of volume is required by the claim. Value of Filesystem is implied when not ' +
        'included in claim spec.',
      ({ spec }) => spec?.volumeMode ?? '<unset>',
    ),
  ),
);
