import { fieldErrorMessage } from '@typekube/apimachinery';
import type { rbacv1 } from '../../../types';
import { validateClusterRole, validateClusterRoleUpdate } from './validate';

function clusterRole(fields: Partial<rbacv1.ClusterRole>): rbacv1.ClusterRole {
  return { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'r' }, ...fields };
}

const BAD_SELECTOR = { aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: '?' } }] } };
const BAD_REQUIREMENT = {
  aggregationRule: { clusterRoleSelectors: [{ matchExpressions: [{ key: 'a', operator: 'In', values: ['?'] }] }] },
};

describe('validateClusterRole', () => {
  it.each<[string, Partial<rbacv1.ClusterRole>, string[]]>([
    ['a path', { rules: [{ verbs: ['get'], nonResourceURLs: ['/metrics'] }] }, []],
    [
      'a path and resources',
      { rules: [{ verbs: ['get'], nonResourceURLs: ['/x'], resources: ['pods'] }] },
      ['rules[0].nonResourceURLs: Invalid value: ["/x"]: rules cannot apply to both regular resources and non-resource URLs'],
    ],
    [
      'aggregation of nothing',
      { aggregationRule: {} },
      [
        'aggregationRule.clusterRoleSelectors: Required value: at least one clusterRoleSelector required if aggregationRule is non-nil',
      ],
    ],
  ])('%s', (_, fields, wanted) => {
    expect(validateClusterRole(clusterRole(fields)).map(fieldErrorMessage)).toEqual(wanted);
  });

  it('takes no invalid label value in a selector', () => {
    expect(validateClusterRole(clusterRole(BAD_SELECTOR))).toHaveLength(1);
    expect(validateClusterRole(clusterRole(BAD_REQUIREMENT))).toHaveLength(1);
  });

  it('lets an invalid label value of a requirement stay', () => {
    expect(validateClusterRoleUpdate(clusterRole(BAD_REQUIREMENT), clusterRole(BAD_REQUIREMENT))).toEqual([]);
  });
});
