import { fieldErrorMessage } from '@typekube/apimachinery';
import type { policyv1 } from '../../../types';
import { validatePodDisruptionBudget, validatePodDisruptionBudgetStatusUpdate } from './validate';

type Spec = policyv1.PodDisruptionBudgetSpec;
const budget = (spec: Spec): policyv1.PodDisruptionBudget => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name: 'a' },
  spec,
});

it.each<[string, Spec, string[]]>([
  ['a number', { minAvailable: 1 }, []],
  ['a percentage', { maxUnavailable: '100%' }, []],
  [
    'both',
    { minAvailable: 1, maxUnavailable: 1 },
    ['spec: Invalid value: {"minAvailable":1,"maxUnavailable":1}: minAvailable and maxUnavailable cannot be both set'],
  ],
  ['a negative number', { minAvailable: -1 }, ['spec.minAvailable: Invalid value: -1: must be greater than or equal to 0']],
  ['more than all', { minAvailable: '101%' }, ['spec.minAvailable: Invalid value: "101%": must not be greater than 100%']],
  [
    'no percentage',
    { maxUnavailable: 'x' },
    [expect.stringContaining('spec.maxUnavailable: Invalid value: "x": a valid percent string must be')],
  ],
  [
    'an unknown policy',
    { unhealthyPodEvictionPolicy: 'Foo' },
    ['spec.unhealthyPodEvictionPolicy: Unsupported value: "Foo": supported values: "AlwaysAllow", "IfHealthyBudget"'],
  ],
  [
    'a bad selector',
    { selector: { matchExpressions: [{ key: 'a', operator: 'In' }] } },
    ["spec.selector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'"],
  ],
])('validates %s', (_, spec, errors) => {
  expect(validatePodDisruptionBudget(budget(spec)).map(fieldErrorMessage)).toEqual(errors);
});

it('counts no fewer than zero pods in the status', () => {
  const object = { ...budget({}), status: { disruptionsAllowed: -1, expectedPods: -2 } };
  expect(validatePodDisruptionBudgetStatusUpdate(object).map(fieldErrorMessage)).toEqual([
    'status.disruptionsAllowed: Invalid value: -1: must be greater than or equal to 0',
    'status.expectedPods: Invalid value: -2: must be greater than or equal to 0',
  ]);
});
