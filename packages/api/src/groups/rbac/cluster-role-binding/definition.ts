import { defineResource } from '../../../registry/define-resource';
import type { rbacv1 } from '../../../types';
import { table } from './columns';
import { setDefaults } from './defaults';
import { strategy } from './strategy';

export const clusterRoleBindings = defineResource<rbacv1.ClusterRoleBinding>({
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'ClusterRoleBinding',
  plural: 'clusterrolebindings',
  scope: 'Cluster',
  setDefaults,
  strategy,
  table,
});
