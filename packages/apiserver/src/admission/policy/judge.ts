import type { Activation, Budget } from '@typekube/cel';
import { cel } from '../../cel/cel';
import type { CompiledValidation, ValidatingPolicy } from './compile-validating';
import { evaluate, meetConditions, type Outcome } from './conditions';
import type { PolicyError } from './metrics';
import { secondsSince } from '../../chain/seconds-since';
import { variablesValue } from './variables';

/** Why a policy is not content. */
export interface Objection {
  readonly message: string;
  readonly reason: string;
  readonly expressionIndex: number;
}

/** What came of an expression, and how long that took; `error` is one of evaluation. */
export interface Checked {
  readonly error: PolicyError | 'no_error';
  readonly seconds: number;
}

export interface Judgement {
  readonly objections: readonly (Objection & Checked)[];
  /** Expressions that failed, of a policy that ignores it. */
  readonly ignored: readonly Checked[];
  /** What is to be noted with the audit event, by the annotations' own keys. */
  readonly annotations: readonly (readonly [string, string])[];
}

const MAX_ANNOTATION_BYTES = 10 * 1024;
const CONTENT: Judgement = { objections: [], ignored: [], annotations: [] };

/** Evaluates a policy for one write and one parameter. */
export function judge(policy: ValidatingPolicy, activation: Activation, budget: Budget): Judgement {
  const { Budget: NewBudget, RUNTIME_BUDGET } = cel();
  const conditions = meetConditions(policy.conditions, activation, new NewBudget(RUNTIME_BUDGET));
  if (conditions.at === 'unmet') return CONTENT;
  const findings = new Findings(policy);
  if (conditions.at === 'failed') {
    findings.failed({ problem: conditions.problems.join(', '), error: 'invalid_error' });
    return findings;
  }
  const within = withVariables(policy, activation, budget);
  for (const [i, validation] of policy.validations.entries()) validate(validation, { activation: within, budget, index: i, findings });
  for (const annotation of policy.auditAnnotations) {
    const started = performance.now();
    const outcome = evaluate(annotation, within, budget);
    if ('problem' in outcome) findings.failed(outcome, started);
    else if (typeof outcome.value === 'string' && outcome.value.trim() !== '') {
      findings.annotations.push([annotation.name, Buffer.from(outcome.value.trim()).subarray(0, MAX_ANNOTATION_BYTES).toString()]);
    }
  }
  return findings;
}

/** The same variables, and the policy's own. */
export function withVariables({ variables }: Pick<ValidatingPolicy, 'variables'>, activation: Activation, budget: Budget): Activation {
  const own: Activation = (name) => (name === 'variables' ? values : activation(name));
  const values = variablesValue(variables, own, budget);
  return own;
}

class Findings implements Judgement {
  readonly objections: (Objection & Checked)[] = [];
  readonly ignored: Checked[] = [];
  readonly annotations: (readonly [string, string])[] = [];

  constructor(private readonly policy: Pick<ValidatingPolicy, 'ignoresFailure'>) {}

  /** Something gave no value: that is an objection, where it is not ignored. `started` is when its evaluation was. */
  failed({ problem, error }: Extract<Outcome, { problem: string }>, started = performance.now(), expressionIndex = 0): void {
    const checked: Checked = { error, seconds: secondsSince(started) };
    if (this.policy.ignoresFailure) this.ignored.push(checked);
    else this.objections.push({ message: problem, reason: 'Invalid', expressionIndex, ...checked });
  }
}

interface Validating {
  readonly activation: Activation;
  readonly budget: Budget;
  readonly index: number;
  readonly findings: Findings;
}

function validate(validation: CompiledValidation, { activation, budget, index, findings }: Validating): void {
  const started = performance.now();
  const outcome = evaluate(validation, activation, budget);
  if ('problem' in outcome) return findings.failed(outcome, started, index);
  if (outcome.value === true) return;
  const { messageExpression, message, expression, reason } = validation;
  const own = messageExpression && 'program' in messageExpression ? cel().evaluateMessage(messageExpression.program, activation, budget) : undefined;
  const text = own || message || `failed expression: ${expression.trim()}`;
  findings.objections.push({ message: text, reason, expressionIndex: index, error: 'no_error', seconds: secondsSince(started) });
}
