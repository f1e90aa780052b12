import { ageColumn, defineTable, nameColumn, text, wide } from '../../../shared/columns/table';
import type { rbacv1 } from '../../../types';
import { subjectNames } from '../../../shared/columns/subjects';

export const table = defineTable<rbacv1.ClusterRoleBinding>(
  nameColumn,
  text(
    'Role',
    'RoleRef can only reference a ClusterRole in the global namespace. If the RoleRef cannot be resolved, the ' +
      'Authorizer must return an error. This field is immutable.',
    ({ roleRef }) => `${roleRef.kind}/${roleRef.name}`,
  ),
  ageColumn,
  wide(text('Users', 'Users in the clusterRoleBinding', ({ subjects }) => subjectNames(subjects, 'User'))),
  wide(text('Groups', 'Groups in the clusterRoleBinding', ({ subjects }) => subjectNames(subjects, 'Group'))),
  wide(
    text(
      'ServiceAccounts',
      'ServiceAccounts in the clusterRoleBinding',
      ({ subjects }) => subjectNames(subjects, 'ServiceAccount'),
    ),
  ),
);
