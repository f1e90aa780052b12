import type { Strategy } from '../../../registry/resource-definition';
import type { rbacv1 } from '../../../types';
import { validateRbacName } from '../../../shared/rbac/names';
import { validateClusterRole, validateClusterRoleUpdate } from './validate';

/** How a ClusterRole is written. */
export const strategy: Strategy<rbacv1.ClusterRole> = {
  validateName: validateRbacName,
  validate: (object) => validateClusterRole(object),
  validateUpdate: (object, old) => validateClusterRoleUpdate(object, old),
  allowCreateOnUpdate: true,
  allowUnconditionalUpdate: true,
};
