import type { Strategy } from '../../../registry/resource-definition';
import type { rbacv1 } from '../../../types';
import { validateRbacName } from '../../../shared/rbac/names';
import { validateClusterRoleBinding, validateClusterRoleBindingUpdate } from './validate';

/** How a ClusterRoleBinding is written. */
export const strategy: Strategy<rbacv1.ClusterRoleBinding> = {
  validateName: validateRbacName,
  validate: (object) => validateClusterRoleBinding(object),
  validateUpdate: (object, old) => validateClusterRoleBindingUpdate(object, old),
  allowCreateOnUpdate: true,
  allowUnconditionalUpdate: true,
};
