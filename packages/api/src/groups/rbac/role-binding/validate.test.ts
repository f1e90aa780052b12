import { fieldErrorMessage } from '@typekube/apimachinery';
import type { rbacv1 } from '../../../types';
import { setDefaults } from './defaults';
import { validateRoleBinding, validateRoleBindingUpdate } from './validate';

const GROUP = 'rbac.authorization.k8s.io';

function binding(fields: Partial<rbacv1.RoleBinding>): rbacv1.RoleBinding {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'b', namespace: 'd' },
    roleRef: { apiGroup: GROUP, kind: 'Role', name: 'r' },
    ...fields,
  };
}

describe('validateRoleBinding', () => {
  it.each<[string, Partial<rbacv1.RoleBinding>, string[]]>([
    ['subjects of each kind', { subjects: [{ kind: 'ServiceAccount', name: 's' }, { kind: 'User', name: 'u', apiGroup: GROUP }] }, []],
    [
      'a role of another group',
      { roleRef: { apiGroup: 'x', kind: 'Other', name: '' } },
      [
        'roleRef.apiGroup: Unsupported value: "x": supported values: "rbac.authorization.k8s.io"',
        'roleRef.kind: Unsupported value: "Other": supported values: "Role", "ClusterRole"',
        'roleRef.name: Required value',
      ],
    ],
    [
      'a role with a slash in its name',
      { roleRef: { apiGroup: GROUP, kind: 'Role', name: 'a/b' } },
      [`roleRef.name: Invalid value: "a/b": may not contain '/'`],
    ],
    [
      'a user without a name',
      { subjects: [{ kind: 'User', name: '', apiGroup: GROUP }] },
      ['subjects[0].name: Required value', 'subjects[0].name: Invalid value: "": user name cannot be empty'],
    ],
    [
      'a service account of a group',
      { subjects: [{ kind: 'ServiceAccount', name: 's', apiGroup: 'x' }] },
      ['subjects[0].apiGroup: Unsupported value: "x": supported values: ""'],
    ],
    [
      'an unknown kind of subject',
      { subjects: [{ kind: 'Robot', name: 's' }] },
      ['subjects[0].kind: Unsupported value: "Robot": supported values: "ServiceAccount", "User", "Group"'],
    ],
  ])('%s', (_, fields, wanted) => {
    expect(validateRoleBinding(binding(fields)).map(fieldErrorMessage)).toEqual(wanted);
  });

  it('keeps its role', () => {
    const changed = binding({ roleRef: { apiGroup: GROUP, kind: 'Role', name: 'other' } });
    expect(validateRoleBindingUpdate(changed, binding({})).map(fieldErrorMessage)).toEqual([
      'roleRef: Invalid value: {"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"other"}: cannot change roleRef',
    ]);
  });

  it('gets the groups of its role and subjects', () => {
    const object = binding({ roleRef: { kind: 'Role', name: 'r' }, subjects: [{ kind: 'Group', name: 'g' }] });
    setDefaults(object);
    expect(validateRoleBinding(object)).toEqual([]);
  });
});
