import { defineResource } from '../../../registry/define-resource';
import type { storagemigrationv1beta1 } from '../../../types';
import { table } from './columns';
import { statusStrategy, strategy } from './strategy';

export const storageVersionMigrations = defineResource<storagemigrationv1beta1.StorageVersionMigration>({
  group: 'storagemigration.k8s.io',
  version: 'v1beta1',
  kind: 'StorageVersionMigration',
  plural: 'storageversionmigrations',
  scope: 'Cluster',
  strategy,
  statusStrategy,
  table,
});
