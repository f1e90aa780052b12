import { defineResource } from '../../../registry/define-resource';
import type { rbacv1 } from '../../../types';
import { table } from './columns';
import { setDefaults } from './defaults';
import { strategy } from './strategy';

export const roleBindings = defineResource<rbacv1.RoleBinding>({
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'RoleBinding',
  plural: 'rolebindings',
  scope: 'Namespaced',
  setDefaults,
  strategy,
  table,
});
