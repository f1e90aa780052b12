import { CancelledError, type CelError } from '../values/cel-error';
import type { Value } from '../values/value';

/** Gives the variables of an expression their values. */
export type Activation = (name: string) => Value | undefined;

export interface EvaluationLimits {
  /** What an evaluation may cost at most, in cel-go's units. */
  readonly cost?: number;
  /** Asked every now and then within loops: true ends the evaluation. */
  readonly interrupted?: () => boolean;
}

/** How many turns of loops pass between two questions whether to go on: upstream's. */
const INTERRUPT_CHECK_FREQUENCY = 100;

/** One evaluation: variables, places for the names within the expression, and what it has cost. */
export class Frame {
  cost = 0;
  readonly locals: (Value | CelError | undefined)[] = [];
  private readonly limit: number;
  private turns = 0;

  constructor(readonly activation: Activation, private readonly limits: EvaluationLimits) {
    this.limit = limits.cost ?? Number.MAX_SAFE_INTEGER;
  }

  charge(cost: number): void {
    this.cost += cost;
    if (this.cost > this.limit) throw new CancelledError('operation cancelled: actual cost limit exceeded');
  }

  turn(): void {
    if (++this.turns % INTERRUPT_CHECK_FREQUENCY === 0 && this.limits.interrupted?.()) throw new CancelledError('operation interrupted');
  }
}

/**
 * A part of an expression, compiled. Where it has no value it gives, or throws, a CelError: throwing takes microseconds, and a loop may have one in every turn,
 * so the evaluator itself gives them, and only what it calls (libraries, variables) throws.
 */
export type Step = (frame: Frame) => Value | CelError;
