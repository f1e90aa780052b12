import { defineResource } from '../../../registry/define-resource';
import type { storagev1 } from '../../../types';
import { table } from './columns';
import { strategy } from './strategy';

export const csiNodes = defineResource<storagev1.CSINode>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSINode',
  plural: 'csinodes',
  scope: 'Cluster',
  strategy,
  table,
});
