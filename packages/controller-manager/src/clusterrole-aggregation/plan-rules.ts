import type { rbacv1 } from '@typekube/api';
import { type ReadonlyLabelSelector, selectorFromLabelSelector, semanticEqual } from '@typekube/apimachinery';
import type { DeepReadonly } from '@typekube/client';
import { byName } from '../shared/objects';

export type ClusterRole = DeepReadonly<rbacv1.ClusterRole>;
type Rule = DeepReadonly<rbacv1.PolicyRule>;

/** Whether a cluster role collects the rules of others. */
export function isAggregated({ aggregationRule }: ClusterRole): boolean {
  return Boolean(aggregationRule?.clusterRoleSelectors?.length);
}

/**
 * The rules that an aggregated role is to have: those of all roles that it selects (but itself), by their names, each once. Undefined if it has
 * them. Throws a SelectorError.
 */
export function planRules(role: ClusterRole, all: readonly ClusterRole[]): Rule[] | undefined {
  const selectors = (role.aggregationRule?.clusterRoleSelectors ?? []).map((selector: ReadonlyLabelSelector) => selectorFromLabelSelector(selector));
  const rules: Rule[] = [];
  for (const selector of selectors) {
    const selected = all.filter(({ metadata }) => metadata.name !== role.metadata.name && selector.matches(metadata.labels));
    for (const rule of [...selected].sort(byName).flatMap((each) => each.rules ?? [])) {
      if (!rules.some((known) => semanticEqual(known, rule))) rules.push(rule);
    }
  }
  return semanticEqual(rules, role.rules ?? []) ? undefined : rules;
}
