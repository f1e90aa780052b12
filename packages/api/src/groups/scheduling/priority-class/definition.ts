import { defineResource } from '../../../registry/define-resource';
import type { schedulingv1 } from '../../../types';
import { table } from './columns';
import { setDefaults } from './defaults';
import { strategy } from './strategy';

export const priorityClasses = defineResource<schedulingv1.PriorityClass>({
  group: 'scheduling.k8s.io',
  version: 'v1',
  kind: 'PriorityClass',
  plural: 'priorityclasses',
  shortNames: ['pc'],
  scope: 'Cluster',
  setDefaults,
  strategy,
  table,
});
