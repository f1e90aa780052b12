import { defineResource } from '../../../registry/define-resource';
import type { storagev1 } from '../../../types';
import { table } from './columns';
import { strategy } from './strategy';

export const csiStorageCapacities = defineResource<storagev1.CSIStorageCapacity>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSIStorageCapacity',
  plural: 'csistoragecapacities',
  scope: 'Namespaced',
  strategy,
  table,
});
