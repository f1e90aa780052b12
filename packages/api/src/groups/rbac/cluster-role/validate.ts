import { FieldPath, type FieldError, required, validateLabelSelector } from '@typekube/apimachinery';
import type { rbacv1 } from '../../../types';
import { validatePolicyRule } from '../../../shared/rbac/policy-rule';

/** The rules of a new ClusterRole. */
export function validateClusterRole(role: rbacv1.ClusterRole): FieldError[] {
  return validateWith(role, { allowInvalidLabelValueInSelector: false });
}

/** The rules of a changed ClusterRole. A label value that was invalid before may stay. */
export function validateClusterRoleUpdate(role: rbacv1.ClusterRole, old: rbacv1.ClusterRole): FieldError[] {
  return validateWith(role, { allowInvalidLabelValueInSelector: validateAggregation(old, { allowInvalidLabelValueInSelector: false }).length > 0 });
}

interface SelectorOptions {
  readonly allowInvalidLabelValueInSelector: boolean;
}

function validateWith(role: rbacv1.ClusterRole, options: SelectorOptions): FieldError[] {
  const path = FieldPath.of('rules');
  return [
    ...(role.rules ?? []).flatMap((rule, i) => validatePolicyRule(rule, path.index(i), { namespaced: false })),
    ...validateAggregation(role, options),
  ];
}

function validateAggregation(role: rbacv1.ClusterRole, options: SelectorOptions): FieldError[] {
  if (!role.aggregationRule) return [];
  const path = FieldPath.of('aggregationRule', 'clusterRoleSelectors');
  const selectors = role.aggregationRule.clusterRoleSelectors ?? [];
  if (selectors.length === 0) {
    return [required(path, 'at least one clusterRoleSelector required if aggregationRule is non-nil')];
  }
  return selectors.flatMap((selector, i) => validateLabelSelector(selector, options, path.index(i)));
}
