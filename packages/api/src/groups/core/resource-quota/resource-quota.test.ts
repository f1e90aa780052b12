import { fieldErrorMessage } from '@typekube/apimachinery';
import type { corev1 } from '../../../types';
import { validateResourceQuota, validateResourceQuotaStatusUpdate, validateResourceQuotaUpdate } from './validate';

type Spec = corev1.ResourceQuotaSpec;
const quota = (spec: Spec): corev1.ResourceQuota => ({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'a' }, spec });
const selector = (scopeName: string, operator: string, values?: string[]): Spec => ({
  scopeSelector: { matchExpressions: [{ scopeName, operator, ...(values && { values }) }] },
});
const AT = 'spec.scopeSelector.matchExpressions';

describe('validateResourceQuota', () => {
  it.each<[string, Spec, string[]]>([
    [
      'good limits',
      { hard: { pods: '10', 'requests.cpu': '1500m', 'requests.hugepages-2Mi': '2Mi', 'count/deployments.apps': '3' } },
      [],
    ],
    ['a negative amount', { hard: { pods: '-1' } }, ['spec.hard[pods]: Invalid value: "-1": must be greater than or equal to 0']],
    ['half a pod', { hard: { pods: '500m' } }, ['spec.hard[pods]: Invalid value: "500m": must be an integer']],
    [
      'an unknown resource',
      { hard: { foo: '1' } },
      [
        'spec.hard[foo]: Invalid value: "foo": must be a standard resource type or fully qualified',
        'spec.hard[foo]: Invalid value: "foo": must be a standard resource for quota',
      ],
    ],
    [
      'storage of no quota',
      { hard: { storage: '1Gi' } },
      ['spec.hard[storage]: Invalid value: "storage": must be a standard resource for quota'],
    ],
    ['a scope', { hard: { pods: '1' }, scopes: ['BestEffort'] }, []],
    ['an unknown scope', { scopes: ['Foo'] }, ['spec.scopes: Invalid value: ["Foo"]: unsupported scope']],
    [
      'a scope that does not fit',
      { hard: { cpu: '1' }, scopes: ['BestEffort'] },
      ['spec.scopes: Invalid value: ["BestEffort"]: unsupported scope applied to resource'],
    ],
    [
      'scopes that exclude each other',
      { scopes: ['Terminating', 'NotTerminating'] },
      ['spec.scopes: Invalid value: ["Terminating","NotTerminating"]: conflicting scopes'],
    ],
    ['a priority class selector', selector('PriorityClass', 'In', ['high']), []],
    [
      'a selector without values',
      selector('PriorityClass', 'In'),
      [`${AT}.values: Required value: must be at least one value when \`operator\` is 'In' or 'NotIn' for scope selector`],
    ],
    [
      'a selector with values too many',
      selector('PriorityClass', 'Exists', ['x']),
      [`${AT}.values: Invalid value: ["x"]: must be no value when \`operator\` is 'Exist' or 'DoesNotExist' for scope selector`],
    ],
    [
      'an unknown operator',
      selector('PriorityClass', 'Foo'),
      [`${AT}.operator: Invalid value: "Foo": not a valid selector operator`],
    ],
    [
      'a scope that only exists',
      selector('BestEffort', 'DoesNotExist'),
      [
        `${AT}.operator: Invalid value: "DoesNotExist": must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ` +
          'ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ' +
          'ResourceQuotaScopeCrossNamespacePodAffinity',
      ],
    ],
  ])('of %s', (_, spec, errors) => {
    expect(validateResourceQuota(quota(spec)).map(fieldErrorMessage)).toEqual(errors);
  });

  it('keeps the scopes', () => {
    const errors = validateResourceQuotaUpdate(quota({ scopes: ['BestEffort'] }), quota({}));
    expect(errors.map(fieldErrorMessage)).toEqual(['spec.scopes: Invalid value: ["BestEffort"]: field is immutable']);
  });

  it('wants a resource version for a status', () => {
    expect(validateResourceQuotaStatusUpdate(quota({})).map(fieldErrorMessage)).toEqual(['resourceVersion: Required value']);
  });
});
