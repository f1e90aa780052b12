import { defineResource } from '../../../registry/define-resource';
import type { networkingv1 } from '../../../types';
import { table } from './columns';
import { setDefaults } from './defaults';
import { strategy } from './strategy';

export const ingressClasses = defineResource<networkingv1.IngressClass>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'IngressClass',
  plural: 'ingressclasses',
  scope: 'Cluster',
  setDefaults,
  strategy,
  table,
});
