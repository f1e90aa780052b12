import { ageColumn, defineTable, nameColumn, text, wide } from '../../../shared/columns/table';
import type { rbacv1 } from '../../../types';
import { subjectNames } from '../../../shared/columns/subjects';

export const table = defineTable<rbacv1.RoleBinding>(
  nameColumn,
  text(
    'Role',
    'RoleRef can reference a Role in the current namespace or a ClusterRole in the global namespace. If the ' +
      'RoleRef cannot be resolved, the Authorizer must return an error. This field is immutable.',
    ({ roleRef }) => `${roleRef.kind}/${roleRef.name}`,
  ),
  ageColumn,
  wide(text('Users', 'Users in the roleBinding', ({ subjects }) => subjectNames(subjects, 'User'))),
  wide(text('Groups', 'Groups in the roleBinding', ({ subjects }) => subjectNames(subjects, 'Group'))),
  wide(
    text(
      'ServiceAccounts',
      'ServiceAccounts in the roleBinding',
      ({ subjects }) => subjectNames(subjects, 'ServiceAccount'),
    ),
  ),
);
