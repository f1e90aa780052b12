import type { rbacv1 } from '../../types';

export const RBAC_GROUP = 'rbac.authorization.k8s.io';

/** The group of a role reference is rbac's own. */
export function defaultRoleRef(ref: rbacv1.RoleRef | undefined): void {
  if (ref) ref.apiGroup ||= RBAC_GROUP;
}

/** Users and groups are of rbac's own group, service accounts of the core one. */
export function defaultSubject(subject: rbacv1.Subject): void {
  if (subject.apiGroup) return;
  if (subject.kind === 'User' || subject.kind === 'Group') subject.apiGroup = RBAC_GROUP;
}
