import type { Strategy } from '../../../registry/resource-definition';
import type { rbacv1 } from '../../../types';
import { validateRbacName } from '../../../shared/rbac/names';
import { validateRoleBinding, validateRoleBindingUpdate } from './validate';

/** How a RoleBinding is written. */
export const strategy: Strategy<rbacv1.RoleBinding> = {
  validateName: validateRbacName,
  validate: (object) => validateRoleBinding(object),
  validateUpdate: (object, old) => validateRoleBindingUpdate(object, old),
  allowCreateOnUpdate: true,
  allowUnconditionalUpdate: true,
};
