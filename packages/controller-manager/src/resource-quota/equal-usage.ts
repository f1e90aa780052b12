import { equalAmounts, type QuotaEvaluator } from '@typekube/api';
import type { KubeObject } from '@typekube/apimachinery';
import type { Clock } from '@typekube/component-base';

/** Whether two states of an object take the same. */
export function equalUsage(evaluator: QuotaEvaluator, a: KubeObject, b: KubeObject, clock: Clock): boolean {
  const now = new Date(clock.now());
  return equalAmounts(evaluator.usage(a, now), evaluator.usage(b, now));
}
