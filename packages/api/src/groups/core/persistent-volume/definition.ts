import { defineResource } from '../../../registry/define-resource';
import type { corev1 } from '../../../types';
import { statusStrategy, strategy } from './strategy';

export const persistentVolumes = defineResource<corev1.PersistentVolume>({
  group: '',
  version: 'v1',
  kind: 'PersistentVolume',
  plural: 'persistentvolumes',
  shortNames: ['pv'],
  scope: 'Cluster',
  strategy,
  statusStrategy,
  selectableFields: {
    name: (volume) => volume.metadata.name ?? '',
  },
});
