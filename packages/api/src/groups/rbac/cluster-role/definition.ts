import { defineResource } from '../../../registry/define-resource';
import type { rbacv1 } from '../../../types';
import { strategy } from './strategy';

export const clusterRoles = defineResource<rbacv1.ClusterRole>({
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'ClusterRole',
  plural: 'clusterroles',
  scope: 'Cluster',
  strategy,
});
