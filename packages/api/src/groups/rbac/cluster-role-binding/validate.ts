import type { FieldError } from '@typekube/apimachinery';
import type { rbacv1 } from '../../../types';
import { validateBinding, validateRoleRefUnchanged } from '../../../shared/rbac/binding';

/** The rules of a new ClusterRoleBinding. */
export function validateClusterRoleBinding(binding: rbacv1.ClusterRoleBinding): FieldError[] {
  return validateBinding(binding, ['ClusterRole'], { namespaced: false });
}

/** The rules of a changed ClusterRoleBinding: those of a new one, and that it keeps its role. */
export function validateClusterRoleBindingUpdate(
  binding: rbacv1.ClusterRoleBinding,
  old: rbacv1.ClusterRoleBinding,
): FieldError[] {
  return [...validateClusterRoleBinding(binding), ...validateRoleRefUnchanged(binding, old)];
}
