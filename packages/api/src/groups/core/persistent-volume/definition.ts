import { defineResource } from '../../../registry/define-resource';
import type { corev1 } from '../../../types';
import { table } from './columns';
import { setDefaults } from './defaults';
import { statusStrategy, strategy } from './strategy';

export const persistentVolumes = defineResource<corev1.PersistentVolume>({
  group: '',
  version: 'v1',
  kind: 'PersistentVolume',
  plural: 'persistentvolumes',
  shortNames: ['pv'],
  scope: 'Cluster',
  setDefaults,
  strategy,
  statusStrategy,
  table,
});
