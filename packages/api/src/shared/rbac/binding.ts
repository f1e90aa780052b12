import { FieldPath, type FieldError, invalid, isValidPathSegmentName, notSupported, required } from '@typekube/apimachinery';
import type { rbacv1 } from '../../types';
import { invalidEach } from '../fields/field-rules';
import { semanticEqual } from '../fields/semantic-equal';
import { RBAC_GROUP } from './defaults';
import { validateSubject } from './subject';

/** What role and cluster role bindings have in common. */
export type Binding = rbacv1.RoleBinding | rbacv1.ClusterRoleBinding;

/**
 * The rules of a binding, as rbac's ValidateRoleBinding and ValidateClusterRoleBinding; `roleKinds` are the kinds it may
 * refer to.
 */
export function validateBinding(binding: Binding, roleKinds: readonly string[], options: { namespaced: boolean }): FieldError[] {
  const subjects = FieldPath.of('subjects');
  return [
    ...validateRoleRef(binding.roleRef, roleKinds),
    ...(binding.subjects ?? []).flatMap((subject, i) => validateSubject(subject, subjects.index(i), options)),
  ];
}

/** A binding keeps the role it was made for. */
export function validateRoleRefUnchanged(binding: Binding, old: Binding): FieldError[] {
  if (semanticEqual(binding.roleRef, old.roleRef)) return [];
  return [invalid(FieldPath.of('roleRef'), binding.roleRef, 'cannot change roleRef')];
}

function validateRoleRef(ref: rbacv1.RoleRef | undefined, roleKinds: readonly string[]): FieldError[] {
  const path = FieldPath.of('roleRef');
  const errors: FieldError[] = [];
  const group = ref?.apiGroup ?? '';
  if (group !== RBAC_GROUP) errors.push(notSupported(path.child('apiGroup'), group, [RBAC_GROUP]));
  const kind = ref?.kind ?? '';
  if (!roleKinds.includes(kind)) errors.push(notSupported(path.child('kind'), kind, roleKinds));
  if (!ref?.name) return [...errors, required(path.child('name'))];
  return [...errors, ...invalidEach(path.child('name'), ref.name, isValidPathSegmentName(ref.name, false))];
}
