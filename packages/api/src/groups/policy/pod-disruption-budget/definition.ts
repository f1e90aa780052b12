import { defineResource } from '../../../registry/define-resource';
import type { policyv1 } from '../../../types';
import { table } from './columns';
import { statusStrategy, strategy } from './strategy';

export const podDisruptionBudgets = defineResource<policyv1.PodDisruptionBudget>({
  group: 'policy',
  version: 'v1',
  kind: 'PodDisruptionBudget',
  plural: 'poddisruptionbudgets',
  shortNames: ['pdb'],
  scope: 'Namespaced',
  strategy,
  statusStrategy,
  table,
});
