import { defineResource } from '../../../registry/define-resource';
import type { rbacv1 } from '../../../types';
import { strategy } from './strategy';

export const roles = defineResource<rbacv1.Role>({
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'Role',
  plural: 'roles',
  scope: 'Namespaced',
  strategy,
});
