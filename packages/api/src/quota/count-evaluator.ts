import { newQuantity, type Quantity, qualifiedResource } from '@typekube/apimachinery';
import type { QuotaEvaluator } from './evaluator';

export const ONE: Quantity = newQuantity(1, 'DecimalSI');

/** Kinds that quotas could count before there was `count/…`. */
const ALIASES: ReadonlySet<string> = new Set(['configmaps', 'resourcequotas', 'replicationcontrollers', 'secrets']);

/** `count/deployments.apps`: the number of objects. */
export function objectCountName(group: string, resource: string): string {
  return `count/${qualifiedResource({ group, resource })}`;
}

/** Counts the objects of any kind. */
export function countEvaluator(group: string, plural: string): QuotaEvaluator {
  const names = [objectCountName(group, plural), ...(group === '' && ALIASES.has(plural) ? [plural] : [])];
  const usage = new Map(names.map((name) => [name, ONE]));
  return {
    group,
    plural,
    handles: ({ operation, subresource }) => operation === 'CREATE' && subresource === '',
    matchingResources: (asked) => asked.filter((name) => names.includes(name)),
    matchesScope: () => false,
    usage: () => usage,
  };
}
