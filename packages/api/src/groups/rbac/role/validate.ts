import { FieldPath, type FieldError } from '@typekube/apimachinery';
import type { rbacv1 } from '../../../types';
import { validatePolicyRule } from '../../../shared/rbac/policy-rule';

/** The rules of a Role, new or changed. */
export function validateRole(role: rbacv1.Role): FieldError[] {
  const path = FieldPath.of('rules');
  return (role.rules ?? []).flatMap((rule, i) => validatePolicyRule(rule, path.index(i), { namespaced: true }));
}
