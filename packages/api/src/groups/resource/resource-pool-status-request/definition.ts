import { defineResource } from '../../../registry/define-resource';
import type { resourcev1alpha3 } from '../../../types';
import { table } from './columns';
import { setDefaults } from './defaults';
import { statusStrategy, strategy } from './strategy';

export const resourcePoolStatusRequests = defineResource<resourcev1alpha3.ResourcePoolStatusRequest>({
  group: 'resource.k8s.io',
  version: 'v1alpha3',
  kind: 'ResourcePoolStatusRequest',
  plural: 'resourcepoolstatusrequests',
  scope: 'Cluster',
  setDefaults,
  strategy,
  statusStrategy,
  table,
});
