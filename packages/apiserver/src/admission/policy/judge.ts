import type { Activation, Budget } from '@typekube/cel';
import { cel } from '../../cel/cel';
import type { CompiledValidation, ValidatingPolicy } from './compile-validating';
import { evaluate, meetConditions } from './conditions';
import { type ErrorType, errorTypeOf } from './metrics';
import { variablesValue } from './variables';

/** Why a policy is not content. */
export interface Objection {
  readonly message: string;
  readonly reason: string;
  readonly expressionIndex: number;
  /** Set where it could not be worked out whether the policy is content. */
  readonly error?: ErrorType | undefined;
  /** What working it out took. */
  readonly seconds: number;
}

export interface Judgement {
  /** What the bindings' actions are for. */
  readonly objections: readonly Objection[];
  /** What refuses the write whatever the bindings say. */
  readonly failures: readonly Objection[];
  /** Errors that the policy ignores. */
  readonly ignored: readonly Objection[];
  /** What is to be noted with the audit event, by the annotations' own keys. */
  readonly annotations: readonly (readonly [string, string])[];
}

const MAX_ANNOTATION_BYTES = 10 * 1024;
const CONTENT: Judgement = { objections: [], failures: [], ignored: [], annotations: [] };

/** Evaluates a policy for one write and one parameter. */
export function judge(policy: ValidatingPolicy, activation: Activation): Judgement {
  const { Budget: NewBudget, RUNTIME_BUDGET } = cel();
  const newBudget = (): Budget => new NewBudget(RUNTIME_BUDGET);
  const conditions = meetConditions(policy.conditions, activation, newBudget());
  if (conditions.at === 'unmet') return CONTENT;
  if (conditions.at === 'failed') {
    const failed = [evaluationError(conditions.problems.join(', '), 0, 0)];
    return { ...CONTENT, ...(policy.ignoresFailure ? { ignored: failed } : { objections: failed }) };
  }
  const budget = newBudget();
  const within = withVariables(policy, activation, budget);
  const found = policy.validations.flatMap((validation, i) => validate(validation, { activation: within, budget, index: i }));
  const isIgnored = ({ error }: Objection): boolean => policy.ignoresFailure && error !== undefined;
  return {
    objections: found.filter((objection) => !isIgnored(objection)),
    ignored: found.filter(isIgnored),
    ...annotate(policy, activation, newBudget()),
  };
}

/** Annotations are worked out within a budget of their own. One that fails is no matter of the bindings' actions. */
function annotate(policy: ValidatingPolicy, activation: Activation, budget: Budget): Pick<Judgement, 'failures' | 'annotations'> {
  const within = withVariables(policy, activation, budget);
  const failures: Objection[] = [];
  const annotations: (readonly [string, string])[] = [];
  for (const annotation of policy.auditAnnotations) {
    const startedAt = performance.now();
    const outcome = evaluate(annotation, within, budget);
    if ('problem' in outcome) {
      if (!policy.ignoresFailure) failures.push(evaluationError(outcome.problem, 0, secondsSince(startedAt)));
    } else if (typeof outcome.value === 'string' && outcome.value.trim() !== '') {
      annotations.push([annotation.name, Buffer.from(outcome.value.trim()).subarray(0, MAX_ANNOTATION_BYTES).toString()]);
    }
  }
  return { failures, annotations };
}

/** The same variables, and the policy's own. */
export function withVariables({ variables }: Pick<ValidatingPolicy, 'variables'>, activation: Activation, budget: Budget): Activation {
  const own: Activation = (name) => (name === 'variables' ? values : activation(name));
  const values = variablesValue(variables, own, budget);
  return own;
}

/** Where there is nothing to evaluate with. */
export function configurationFailure(message: string): Judgement {
  return { ...CONTENT, failures: [evaluationError(message, 0, 0)] };
}

function evaluationError(message: string, expressionIndex: number, seconds: number): Objection {
  return { message, reason: 'Invalid', expressionIndex, error: errorTypeOf(message), seconds };
}

function validate(validation: CompiledValidation, { activation, budget, index }: { activation: Activation; budget: Budget; index: number }): Objection[] {
  const startedAt = performance.now();
  const outcome = evaluate(validation, activation, budget);
  const seconds = secondsSince(startedAt);
  if ('problem' in outcome) return [evaluationError(outcome.problem, index, seconds)];
  if (outcome.value === true) return [];
  const { messageExpression, message, expression, reason } = validation;
  const own = messageExpression && 'program' in messageExpression ? cel().evaluateMessage(messageExpression.program, activation, budget) : undefined;
  return [{ message: own || message || `failed expression: ${expression.trim()}`, reason, expressionIndex: index, seconds }];
}

function secondsSince(startedAt: number): number {
  return (performance.now() - startedAt) / 1000;
}
