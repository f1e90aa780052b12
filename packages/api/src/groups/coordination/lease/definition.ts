import { defineResource } from '../../../registry/define-resource';
import type { coordinationv1 } from '../../../types';
import { table } from './columns';
import { strategy } from './strategy';

export const leases = defineResource<coordinationv1.Lease>({
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  scope: 'Namespaced',
  strategy,
  table,
});
