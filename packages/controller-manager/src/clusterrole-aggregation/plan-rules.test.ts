import type { rbacv1 } from '@typekube/api';
import { isAggregated, planRules } from './plan-rules';

const rule = (resource: string): rbacv1.PolicyRule => ({ apiGroups: [''], resources: [resource], verbs: ['get'] });

function role(name: string, rules: rbacv1.PolicyRule[], labels: Record<string, string> = {}): rbacv1.ClusterRole {
  return { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name, labels }, rules };
}

function collecting(rules: rbacv1.PolicyRule[], ...selectors: rbacv1.AggregationRule['clusterRoleSelectors'] & object): rbacv1.ClusterRole {
  return { ...role('all', rules, { to: 'a' }), aggregationRule: { clusterRoleSelectors: selectors } };
}

const toA = { matchLabels: { to: 'a' } };
const others = [role('z', [rule('pods')], { to: 'a' }), role('b', [rule('nodes'), rule('pods')], { to: 'a' }), role('c', [rule('secrets')])];

describe('planRules', () => {
  it.each<[string, rbacv1.ClusterRole, rbacv1.PolicyRule[] | undefined]>([
    ['the rules of those selected, by name, each once', collecting([], toA), [rule('nodes'), rule('pods')]],
    ['nothing to change where they are there', collecting([rule('nodes'), rule('pods')], toA), undefined],
    ['no rules that it had of its own', collecting([rule('secrets')], toA), [rule('nodes'), rule('pods')]],
    ['no rules where none is selected', collecting([rule('secrets')], { matchLabels: { to: 'x' } }), []],
    ['all of an empty selector', collecting([], {}), [rule('nodes'), rule('pods'), rule('secrets')]],
    ['those of several selectors', collecting([], { matchLabels: { to: 'x' } }, toA), [rule('nodes'), rule('pods')]],
  ])('gives %s', (_, aggregated, expected) => {
    expect(planRules(aggregated, [...others, aggregated])).toEqual(expected);
  });
});

it('only roles with selectors are aggregated', () => {
  expect(isAggregated(collecting([], toA))).toBe(true);
  expect(isAggregated(collecting([]))).toBe(false);
  expect(isAggregated(role('a', []))).toBe(false);
});
