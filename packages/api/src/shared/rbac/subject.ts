import { type FieldError, type FieldPath, invalid, nameIsDNSSubdomain, notSupported, required } from '@typekube/apimachinery';
import type { rbacv1 } from '../../types';
import { invalidEach } from '../fields/field-rules';
import { RBAC_GROUP } from './defaults';

/**
 * The rules of a subject of a binding, as rbac's ValidateRoleBindingSubject. `namespaced`: the binding is, and gives its
 * namespace.
 */
export function validateSubject(subject: rbacv1.Subject, path: FieldPath, options: { namespaced: boolean }): FieldError[] {
  const missingName = subject.name ? [] : [required(path.child('name'))];
  return [...missingName, ...validateByKind(subject, path, options.namespaced)];
}

function validateByKind(subject: rbacv1.Subject, path: FieldPath, namespaced: boolean): FieldError[] {
  switch (subject.kind) {
    case 'ServiceAccount':
      return validateServiceAccount(subject, path, namespaced);
    case 'User':
      return validateIdentity(subject, path, 'user name cannot be empty');
    case 'Group':
      return validateIdentity(subject, path, 'group name cannot be empty');
    default:
      return [notSupported(path.child('kind'), subject.kind ?? '', ['ServiceAccount', 'User', 'Group'])];
  }
}

function validateServiceAccount(subject: rbacv1.Subject, path: FieldPath, namespaced: boolean): FieldError[] {
  const errors = subject.name ? invalidEach(path.child('name'), subject.name, nameIsDNSSubdomain(subject.name, false)) : [];
  if (subject.apiGroup) errors.push(notSupported(path.child('apiGroup'), subject.apiGroup, ['']));
  if (!namespaced && !subject.namespace) errors.push(required(path.child('namespace')));
  return errors;
}

function validateIdentity(subject: rbacv1.Subject, path: FieldPath, emptyName: string): FieldError[] {
  const errors = subject.name ? [] : [invalid(path.child('name'), subject.name ?? '', emptyName)];
  const group = subject.apiGroup ?? '';
  if (group !== RBAC_GROUP) errors.push(notSupported(path.child('apiGroup'), group, [RBAC_GROUP]));
  return errors;
}
