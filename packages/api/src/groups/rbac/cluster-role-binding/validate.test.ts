import { fieldErrorMessage } from '@typekube/apimachinery';
import type { rbacv1 } from '../../../types';
import { validateClusterRoleBinding } from './validate';

describe('validateClusterRoleBinding', () => {
  it('refers to cluster roles and gives the namespaces of service accounts', () => {
    const object: rbacv1.ClusterRoleBinding = {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: 'b' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'r' },
      subjects: [{ kind: 'ServiceAccount', name: 's' }],
    };
    expect(validateClusterRoleBinding(object).map(fieldErrorMessage)).toEqual([
      'roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"',
      'subjects[0].namespace: Required value',
    ]);
  });
});
