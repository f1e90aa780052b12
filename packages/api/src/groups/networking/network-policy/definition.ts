import { defineResource } from '../../../registry/define-resource';
import type { networkingv1 } from '../../../types';
import { table } from './columns';
import { setDefaults } from './defaults';
import { strategy } from './strategy';

export const networkPolicies = defineResource<networkingv1.NetworkPolicy>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'NetworkPolicy',
  plural: 'networkpolicies',
  shortNames: ['netpol'],
  scope: 'Namespaced',
  setDefaults,
  strategy,
  table,
});
