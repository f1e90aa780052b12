import { defineResource } from '../../../registry/define-resource';
import type { schedulingv1alpha2 } from '../../../types';
import { table } from './columns';
import { statusStrategy, strategy } from './strategy';

export const podGroups = defineResource<schedulingv1alpha2.PodGroup>({
  group: 'scheduling.k8s.io',
  version: 'v1alpha2',
  kind: 'PodGroup',
  plural: 'podgroups',
  scope: 'Namespaced',
  strategy,
  statusStrategy,
  table,
});
