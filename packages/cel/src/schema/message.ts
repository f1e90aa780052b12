import { PER_CALL_LIMIT } from '../env/kubernetes';
import type { Activation } from '../eval/frame';
import type { Program } from '../program';
import { CancelledError, CelError } from '../values/cel-error';
import type { Budget } from './budget';

const MAX_MESSAGE_BYTES = 5 * 1024;

/** The text that an expression gives to tell why a rule does not hold; undefined where it gives none that can be shown. */
export function evaluateMessage(program: Program, activation: Activation, budget: Budget): string | undefined {
  try {
    const { value, cost } = program.evaluate(activation, { cost: PER_CALL_LIMIT });
    if (!budget.spend(cost)) return 'messageExpression evaluation failed due to running out of cost budget, no further validation rules will be run';
    const text = typeof value === 'string' ? value.trim() : '';
    return text === '' || text.includes('\n') || Buffer.byteLength(text) > MAX_MESSAGE_BYTES ? undefined : text;
  } catch (error) {
    if (error instanceof CancelledError) {
      budget.exhaust();
      return 'no further validation rules will be run due to call cost exceeds limit for messageExpression';
    }
    if (error instanceof CelError) return undefined;
    throw error;
  }
}
