import { defineResource } from '../../../registry/define-resource';
import { sameFields } from '../../../registry/same-fields';
import type { networkingv1 } from '../../../types';
import { table } from './columns';
import { statusStrategy, strategy } from './strategy';

export const serviceCidrs = defineResource<networkingv1.ServiceCIDR>({
  group: 'networking.k8s.io',
  kind: 'ServiceCIDR',
  plural: 'servicecidrs',
  scope: 'Cluster',
  versions: [
    { version: 'v1' },
    { version: 'v1beta1', conversion: sameFields('networking.k8s.io/v1beta1', 'networking.k8s.io/v1') },
  ],
  strategy,
  statusStrategy,
  table,
});
