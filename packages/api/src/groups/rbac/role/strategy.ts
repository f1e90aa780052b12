import type { Strategy } from '../../../registry/resource-definition';
import type { rbacv1 } from '../../../types';
import { validateRbacName } from '../../../shared/rbac/names';
import { validateRole } from './validate';

/** How a Role is written. */
export const strategy: Strategy<rbacv1.Role> = {
  validateName: validateRbacName,
  validate: (object) => validateRole(object),
  validateUpdate: (object) => validateRole(object),
  allowCreateOnUpdate: true,
  allowUnconditionalUpdate: true,
};
