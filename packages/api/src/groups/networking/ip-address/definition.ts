import { defineResource } from '../../../registry/define-resource';
import { sameFields } from '../../../registry/same-fields';
import type { networkingv1 } from '../../../types';
import { table } from './columns';
import { strategy } from './strategy';

export const ipAddresses = defineResource<networkingv1.IPAddress>({
  group: 'networking.k8s.io',
  kind: 'IPAddress',
  plural: 'ipaddresses',
  shortNames: ['ip'],
  scope: 'Cluster',
  versions: [
    { version: 'v1' },
    { version: 'v1beta1', conversion: sameFields('networking.k8s.io/v1beta1', 'networking.k8s.io/v1') },
  ],
  strategy,
  table,
});
