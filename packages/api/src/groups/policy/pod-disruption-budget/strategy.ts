import type { Strategy } from '../../../registry/resource-definition';
import { deriveStatusStrategy, keepField } from '../../../registry/status-strategy';
import type { policyv1 } from '../../../types';
import { validatePodDisruptionBudget, validatePodDisruptionBudgetStatusUpdate } from './validate';

export const strategy: Strategy<policyv1.PodDisruptionBudget> = {
  prepareForCreate: (budget) => {
    delete budget.status;
  },
  validate: (budget) => validatePodDisruptionBudget(budget),
  prepareForUpdate: (budget, old) => keepField(budget, old, 'status'),
  validateUpdate: (budget, old) => validatePodDisruptionBudget(budget, old),
  tracksGeneration: true,
  allowUnconditionalUpdate: false,
};

export const statusStrategy: Strategy<policyv1.PodDisruptionBudget> = deriveStatusStrategy(strategy, {
  validateUpdate: (budget) => validatePodDisruptionBudgetStatusUpdate(budget),
});
