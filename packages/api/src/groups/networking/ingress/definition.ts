import { defineResource } from '../../../registry/define-resource';
import type { networkingv1 } from '../../../types';
import { table } from './columns';
import { statusStrategy, strategy } from './strategy';

export const ingresses = defineResource<networkingv1.Ingress>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'Ingress',
  plural: 'ingresses',
  shortNames: ['ing'],
  scope: 'Namespaced',
  strategy,
  statusStrategy,
  table,
});
