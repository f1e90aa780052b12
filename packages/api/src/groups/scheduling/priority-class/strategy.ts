import type { Strategy } from '../../../registry/resource-definition';
import type { schedulingv1 } from '../../../types';
import { validatePriorityClass, validatePriorityClassUpdate } from './validate';

export const strategy: Strategy<schedulingv1.PriorityClass> = {
  /** The generation is 1 and stays so: what it would count cannot change. */
  prepareForCreate(priorityClass) {
    priorityClass.metadata.generation = 1;
  },
  validate: (priorityClass) => validatePriorityClass(priorityClass),
  validateUpdate: (priorityClass, old) => validatePriorityClassUpdate(priorityClass, old),
};
