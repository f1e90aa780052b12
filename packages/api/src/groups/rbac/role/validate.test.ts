import { fieldErrorMessage } from '@typekube/apimachinery';
import type { rbacv1 } from '../../../types';
import { validateRole } from './validate';

const RULE = { verbs: ['get'], apiGroups: [''], resources: ['pods'] };

describe('validateRole', () => {
  it.each<[string, rbacv1.PolicyRule, string[]]>([
    ['a resource rule', RULE, []],
    ['no verbs', { ...RULE, verbs: [] }, ['rules[0].verbs: Required value: verbs must contain at least one value']],
    ['no groups', { ...RULE, apiGroups: [] }, ['rules[0].apiGroups: Required value: resource rules must supply at least one api group']],
    ['no resources', { ...RULE, resources: [] }, ['rules[0].resources: Required value: resource rules must supply at least one resource']],
    [
      'names of several resources',
      { ...RULE, resources: ['pods', 'services'], resourceNames: ['x'] },
      ['rules[0].resourceNames: Required value: resource names cannot apply to multiple resources'],
    ],
    [
      'a path',
      { verbs: ['get'], nonResourceURLs: ['/metrics'] },
      ['rules[0].nonResourceURLs: Invalid value: ["/metrics"]: namespaced rules cannot apply to non-resource URLs'],
    ],
  ])('%s', (_, rule, wanted) => {
    const role: rbacv1.Role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'r' }, rules: [rule] };
    expect(validateRole(role).map(fieldErrorMessage)).toEqual(wanted);
  });
});
