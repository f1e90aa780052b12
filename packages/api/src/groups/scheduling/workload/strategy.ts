import type { Strategy } from '../../../registry/resource-definition';
import type { schedulingv1alpha2 } from '../../../types';
import { validateWorkload, validateWorkloadUpdate } from './validate';

export const strategy: Strategy<schedulingv1alpha2.Workload> = {
  validate: (workload) => validateWorkload(workload),
  validateUpdate: (workload, old) => validateWorkloadUpdate(workload, old),
};
