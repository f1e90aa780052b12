import { defineResource } from '../../../registry/define-resource';
import type { storagev1 } from '../../../types';
import { table } from './columns';
import { setDefaults } from './defaults';
import { strategy } from './strategy';

export const csiDrivers = defineResource<storagev1.CSIDriver>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSIDriver',
  plural: 'csidrivers',
  scope: 'Cluster',
  setDefaults,
  strategy,
  table,
});
