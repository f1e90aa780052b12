import { type FieldError, type FieldPath, invalid, required } from '@typekube/apimachinery';
import type { rbacv1 } from '../../types';

/** The rules of one permission of a role, as rbac's validatePolicyRule. `namespaced`: it stands in a Role, not a ClusterRole. */
export function validatePolicyRule(rule: rbacv1.PolicyRule, path: FieldPath, options: { namespaced: boolean }): FieldError[] {
  const errors: FieldError[] = [];
  if (isEmpty(rule.verbs)) errors.push(required(path.child('verbs'), 'verbs must contain at least one value'));
  return isEmpty(rule.nonResourceURLs)
    ? [...errors, ...validateResourceRule(rule, path)]
    : [...errors, ...validateUrlRule(rule, path, options.namespaced)];
}

function validateUrlRule(rule: rbacv1.PolicyRule, path: FieldPath, namespaced: boolean): FieldError[] {
  const field = path.child('nonResourceURLs');
  const errors: FieldError[] = [];
  if (namespaced) errors.push(invalid(field, rule.nonResourceURLs, 'namespaced rules cannot apply to non-resource URLs'));
  if (![rule.apiGroups, rule.resources, rule.resourceNames].every(isEmpty)) {
    errors.push(invalid(field, rule.nonResourceURLs, 'rules cannot apply to both regular resources and non-resource URLs'));
  }
  return errors;
}

function validateResourceRule(rule: rbacv1.PolicyRule, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (isEmpty(rule.apiGroups)) {
    errors.push(required(path.child('apiGroups'), 'resource rules must supply at least one api group'));
  }
  if (isEmpty(rule.resources)) errors.push(required(path.child('resources'), 'resource rules must supply at least one resource'));
  if (!isEmpty(rule.resourceNames) && (rule.resources?.length ?? 0) > 1) {
    errors.push(required(path.child('resourceNames'), 'resource names cannot apply to multiple resources'));
  }
  return errors;
}

function isEmpty(list: readonly string[] | undefined): boolean {
  return !list || list.length === 0;
}
