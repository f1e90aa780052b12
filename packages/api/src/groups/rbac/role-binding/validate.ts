import type { FieldError } from '@typekube/apimachinery';
import type { rbacv1 } from '../../../types';
import { validateBinding, validateRoleRefUnchanged } from '../../../shared/rbac/binding';

/** The rules of a new RoleBinding. */
export function validateRoleBinding(binding: rbacv1.RoleBinding): FieldError[] {
  return validateBinding(binding, ['Role', 'ClusterRole'], { namespaced: true });
}

/** The rules of a changed RoleBinding: those of a new one, and that it keeps its role. */
export function validateRoleBindingUpdate(binding: rbacv1.RoleBinding, old: rbacv1.RoleBinding): FieldError[] {
  return [...validateRoleBinding(binding), ...validateRoleRefUnchanged(binding, old)];
}
