import { defineResource } from '../../../registry/define-resource';
import type { corev1 } from '../../../types';
import { table } from './columns';
import { setDefaults } from './defaults';
import { statusStrategy, strategy } from './strategy';

export const persistentVolumeClaims = defineResource<corev1.PersistentVolumeClaim>({
  group: '',
  version: 'v1',
  kind: 'PersistentVolumeClaim',
  plural: 'persistentvolumeclaims',
  shortNames: ['pvc'],
  scope: 'Namespaced',
  setDefaults,
  strategy,
  statusStrategy,
  table,
});
