import { defineResource } from '../../../registry/define-resource';
import type { networkingv1 } from '../../../types';
import { table } from './columns';
import { strategy } from './strategy';

export const ingressClasses = defineResource<networkingv1.IngressClass>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'IngressClass',
  plural: 'ingressclasses',
  scope: 'Cluster',
  strategy,
  table,
});
