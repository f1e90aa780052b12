import type { rbacv1 } from '../../../types';
import { defaultRoleRef, defaultSubject } from '../../../shared/rbac/defaults';

/** Fills in the API groups of the role and of the subjects. */
export function setDefaults(object: rbacv1.RoleBinding): void {
  defaultRoleRef(object.roleRef);
  object.subjects?.forEach(defaultSubject);
}
