import { check } from './checker/check';
import type { CheckedExpr } from './checker/checked-expr';
import type { Environment } from './env/environment';
import { compileExpr } from './eval/compile';
import { type Activation, type EvaluationLimits, Frame } from './eval/frame';
import { parse } from './syntax/parser';
import type { CelType } from './types/cel-type';
import { CelError } from './values/cel-error';
import type { Value } from './values/value';

export interface Evaluation {
  readonly value: Value;
  readonly cost: number;
}

/** An expression that can be evaluated. */
export class Program {
  private readonly step;

  constructor(readonly checked: CheckedExpr, env: Environment) {
    this.step = compileExpr(checked, env);
  }

  get type(): CelType {
    return this.checked.type;
  }

  /** Evaluates the expression. Throws a CelError where it has no value, a CancelledError where it cost too much. */
  evaluate(activation: Activation, limits: EvaluationLimits = {}): Evaluation {
    const frame = new Frame(activation, limits);
    const value = this.step(frame);
    if (value instanceof CelError) throw value;
    return { value, cost: frame.cost };
  }
}

/** Reads, checks and compiles an expression. Throws an IssuesError. */
export function compile(text: string, env: Environment): Program {
  return new Program(check(parse(text, env.macros), env), env);
}
