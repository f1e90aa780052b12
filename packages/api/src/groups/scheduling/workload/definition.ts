import { defineResource } from '../../../registry/define-resource';
import type { schedulingv1alpha2 } from '../../../types';
import { table } from './columns';
import { strategy } from './strategy';

export const workloads = defineResource<schedulingv1alpha2.Workload>({
  group: 'scheduling.k8s.io',
  version: 'v1alpha2',
  kind: 'Workload',
  plural: 'workloads',
  scope: 'Namespaced',
  strategy,
  table,
});
