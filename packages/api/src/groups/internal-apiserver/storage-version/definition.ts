import { defineResource } from '../../../registry/define-resource';
import type { apiserverinternalv1alpha1 } from '../../../types';
import { table } from './columns';
import { statusStrategy, strategy } from './strategy';

export const storageVersions = defineResource<apiserverinternalv1alpha1.StorageVersion>({
  group: 'internal.apiserver.k8s.io',
  version: 'v1alpha1',
  kind: 'StorageVersion',
  plural: 'storageversions',
  scope: 'Cluster',
  strategy,
  statusStrategy,
  table,
});
