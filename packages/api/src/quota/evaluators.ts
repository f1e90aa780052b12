import { claimEvaluator } from './claim-evaluator';
import { countEvaluator } from './count-evaluator';
import type { QuotaEvaluator } from './evaluator';
import { podEvaluator } from './pod-evaluator';
import { serviceEvaluator } from './service-evaluator';

/** Kinds with more to count than their number. */
export const specialEvaluators: readonly QuotaEvaluator[] = [podEvaluator, serviceEvaluator, claimEvaluator];

/** How the objects of a resource are counted. */
export function evaluatorFor(group: string, plural: string): QuotaEvaluator {
  return specialEvaluators.find((evaluator) => evaluator.group === group && evaluator.plural === plural) ?? countEvaluator(group, plural);
}
