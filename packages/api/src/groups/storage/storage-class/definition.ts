import { defineResource } from '../../../registry/define-resource';
import type { storagev1 } from '../../../types';
import { table } from './columns';
import { setDefaults } from './defaults';
import { strategy } from './strategy';

export const storageClasses = defineResource<storagev1.StorageClass>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'StorageClass',
  plural: 'storageclasses',
  shortNames: ['sc'],
  scope: 'Cluster',
  setDefaults,
  strategy,
  table,
});
