import { CelError, noSuchOverload } from '../values/cel-error';
import type { Value } from '../values/value';
import type { Frame, Step } from './frame';

/** What a step gives, or why it gives nothing. */
export function outcome(step: Step, frame: Frame): Value | CelError {
  try {
    return step(frame);
  } catch (error) {
    if (error instanceof CelError) return error;
    throw error;
  }
}

/** Both operands until one decides; the result is an error only where neither does. */
function decideBy(decisive: boolean): (a: Step, b: Step) => Step {
  return (a, b) => (frame) => {
    const left = outcome(a, frame);
    if (left === decisive) return decisive;
    const right = outcome(b, frame);
    if (right === decisive) return decisive;
    if (left === !decisive && right === !decisive) return !decisive;
    if (left instanceof CelError) return left;
    return right instanceof CelError ? right : noSuchOverload();
  };
}

export const and = decideBy(false);
export const or = decideBy(true);

export function conditional(condition: Step, whenTrue: Step, whenFalse: Step): Step {
  return (frame) => {
    const decided = condition(frame);
    if (typeof decided !== 'boolean') return decided instanceof CelError ? decided : noSuchOverload();
    return decided ? whenTrue(frame) : whenFalse(frame);
  };
}

/** The condition of folds: goes on while the result is not decided, errors included. */
export function notStrictlyFalse(operand: Step): Step {
  return (frame) => {
    const value = outcome(operand, frame);
    frame.charge(1);
    return value !== false;
  };
}
