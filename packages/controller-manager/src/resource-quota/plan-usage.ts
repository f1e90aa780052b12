import {
  addAmounts,
  type Amounts,
  type corev1,
  equalAmounts,
  formatAmounts,
  maskAmounts,
  NO_AMOUNTS,
  parseAmounts,
  type QuotaEvaluator,
  scopesOf,
} from '@typekube/api';
import { type KubeObject, newQuantity } from '@typekube/apimachinery';

/** A kind that quotas count, and its objects in the namespace of the quota. */
export interface Counted {
  readonly evaluator: QuotaEvaluator;
  readonly objects: readonly KubeObject[];
}

const NONE = newQuantity(0, 'DecimalSI');

/** The status that the quota should have; undefined if it has it. Nothing is `used` of what no kind counts. */
export function planStatus(quota: corev1.ResourceQuota, counted: readonly Counted[], now: Date): corev1.ResourceQuotaStatus | undefined {
  const hard = parseAmounts(quota.spec?.hard);
  const used = counted.reduce((sum, kind) => addAmounts(sum, usageOf(quota, kind, [...hard.keys()], now)), NO_AMOUNTS);
  const { hard: shownHard, used: shownUsed } = quota.status ?? {};
  const isCurrent = shownHard !== undefined && equalAmounts(hard, parseAmounts(shownHard)) && equalAmounts(used, parseAmounts(shownUsed));
  return isCurrent ? undefined : { hard: formatAmounts(hard), used: formatAmounts(used) };
}

function usageOf(quota: corev1.ResourceQuota, { evaluator, objects }: Counted, hard: readonly string[], now: Date): Amounts {
  const names = evaluator.matchingResources(hard);
  if (names.length === 0) return NO_AMOUNTS;
  const scopes = scopesOf(quota);
  let sum: Amounts = new Map(names.map((name) => [name, NONE]));
  for (const object of objects) {
    if (!scopes.every((selector) => evaluator.matchesScope(selector, object))) continue;
    sum = addAmounts(sum, maskAmounts(evaluator.usage(object, now), names));
  }
  return sum;
}
