import type { Activation, Budget } from '@typekube/cel';
import { cel } from '../../cel/cel';
import type { CompiledValidation, ValidatingPolicy } from './compile-validating';
import { evaluate, meetConditions } from './conditions';
import { variablesValue } from './variables';

/** Why a policy is not content; an error is one of evaluation. */
export interface Objection {
  readonly message: string;
  readonly reason: string;
  readonly expressionIndex: number;
}

export interface Judgement {
  readonly objections: readonly Objection[];
  /** What is to be noted with the audit event, by the annotations' own keys. */
  readonly annotations: readonly (readonly [string, string])[];
}

const MAX_ANNOTATION_BYTES = 10 * 1024;
const CONTENT: Judgement = { objections: [], annotations: [] };

/** Evaluates a policy for one write and one parameter. */
export function judge(policy: ValidatingPolicy, activation: Activation, budget: Budget): Judgement {
  const { Budget: NewBudget, RUNTIME_BUDGET } = cel();
  const conditions = meetConditions(policy.conditions, activation, new NewBudget(RUNTIME_BUDGET));
  if (conditions.at === 'unmet') return CONTENT;
  if (conditions.at === 'failed') return { objections: policy.ignoresFailure ? [] : [objection(conditions.problems.join(', '))], annotations: [] };
  const within = withVariables(policy, activation, budget);
  const objections = policy.validations.flatMap((validation, i) => validate(validation, policy, { activation: within, budget, index: i }));
  const annotations: (readonly [string, string])[] = [];
  for (const annotation of policy.auditAnnotations) {
    const outcome = evaluate(annotation, within, budget);
    if ('problem' in outcome) {
      if (!policy.ignoresFailure) objections.push(objection(outcome.problem));
    } else if (typeof outcome.value === 'string' && outcome.value.trim() !== '') {
      annotations.push([annotation.name, Buffer.from(outcome.value.trim()).subarray(0, MAX_ANNOTATION_BYTES).toString()]);
    }
  }
  return { objections, annotations };
}

/** The same variables, and the policy's own. */
export function withVariables({ variables }: Pick<ValidatingPolicy, 'variables'>, activation: Activation, budget: Budget): Activation {
  const own: Activation = (name) => (name === 'variables' ? values : activation(name));
  const values = variablesValue(variables, own, budget);
  return own;
}

function objection(message: string, reason = 'Invalid', expressionIndex = 0): Objection {
  return { message, reason, expressionIndex };
}

function validate(
  validation: CompiledValidation,
  { ignoresFailure }: ValidatingPolicy,
  { activation, budget, index }: { activation: Activation; budget: Budget; index: number },
): Objection[] {
  const outcome = evaluate(validation, activation, budget);
  if ('problem' in outcome) return ignoresFailure ? [] : [objection(outcome.problem, 'Invalid', index)];
  if (outcome.value === true) return [];
  const { messageExpression, message, expression, reason } = validation;
  const own = messageExpression && 'program' in messageExpression ? cel().evaluateMessage(messageExpression.program, activation, budget) : undefined;
  return [objection(own || message || `failed expression: ${expression.trim()}`, reason, index)];
}
