import type { Strategy } from '../../../registry/resource-definition';
import type { coordinationv1 } from '../../../types';
import { validateLease } from './validate';

export const strategy: Strategy<coordinationv1.Lease> = {
  validate: (lease) => validateLease(lease),
  validateUpdate: (lease) => validateLease(lease),
  allowCreateOnUpdate: true,
  allowUnconditionalUpdate: false,
};
