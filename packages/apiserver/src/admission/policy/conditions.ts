import type { admissionregistrationv1 } from '@typekube/api';
import type { Activation, Budget, CompiledExpression, Value } from '@typekube/cel';
import { cel } from '../../cel/cel';
import type { PolicyError } from './metrics';

/** One of the conditions that a request must meet. */
export interface Condition {
  readonly name: string;
  readonly expression: string;
  readonly compiled: CompiledExpression;
}

export type Conditions = { readonly at: 'met' } | { readonly at: 'unmet'; readonly name: string } | { readonly at: 'failed'; readonly problems: readonly string[] };

/** What an expression gives, or why it gives nothing. */
export type Outcome = { readonly value: Value } | { readonly problem: string; readonly error: PolicyError };

const OUT_OF_BUDGET = 'validation failed due to running out of cost budget, no further validation rules will be run';

/** Evaluates an expression of admission within a budget. */
export function evaluate({ expression, compiled }: Pick<Condition, 'expression' | 'compiled'>, activation: Activation, budget: Budget): Outcome {
  if ('problem' in compiled) return { problem: `compilation error: ${compiled.problem}`, error: 'compile_error' };
  if (budget.isSpent) return { problem: OUT_OF_BUDGET, error: 'out_of_budget' };
  const { CancelledError, CelError, PER_CALL_LIMIT } = cel();
  try {
    const { value, cost } = compiled.program.evaluate(activation, { cost: PER_CALL_LIMIT });
    return budget.spend(cost) ? { value } : { problem: OUT_OF_BUDGET, error: 'out_of_budget' };
  } catch (error) {
    if (error instanceof CancelledError) {
      budget.exhaust();
      return { problem: `expression '${expression}' resulted in error: ${error.message}`, error: 'out_of_budget' };
    }
    if (error instanceof CelError) return { problem: `expression '${expression}' resulted in error: ${error.message}`, error: 'invalid_error' };
    throw error;
  }
}

/** A condition that is not met decides, whatever is wrong with the others. */
export function meetConditions(conditions: readonly Condition[], activation: Activation, budget: Budget): Conditions {
  const problems: string[] = [];
  for (const condition of conditions) {
    const outcome = evaluate(condition, activation, budget);
    if ('problem' in outcome) problems.push(outcome.problem);
    else if (outcome.value !== true) return { at: 'unmet', name: condition.name };
  }
  return problems.length ? { at: 'failed', problems } : { at: 'met' };
}

/** Compiles the conditions of a webhook. */
export function compileConditions(conditions: readonly admissionregistrationv1.MatchCondition[]): Condition[] {
  const { BOOL, compileExpression, policyEnvironment } = cel();
  const environment = policyEnvironment({ hasParams: false, isPolicy: false });
  return conditions.map(({ name, expression }) => ({ name, expression, compiled: compileExpression(expression, environment, [BOOL]) }));
}
