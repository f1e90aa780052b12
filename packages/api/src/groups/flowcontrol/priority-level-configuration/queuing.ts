import { type FieldError, type FieldPath, invalid } from '@typekube/apimachinery';
import type { flowcontrolv1 } from '../../../types';

const MAX_QUEUES = 10 ** 7;
/** The bits of hash that shuffle sharding deals a hand from. */
const MAX_HASH_BITS = 60;

/** The queues of a level, and that a hash suffices to deal a hand of them. */
export function validateQueuing(queuing: flowcontrolv1.QueuingConfiguration, path: FieldPath): FieldError[] {
  const { queues = 0, handSize = 0, queueLengthLimit = 0 } = queuing;
  const errors: FieldError[] = [];
  if (queueLengthLimit <= 0) errors.push(invalid(path.child('queueLengthLimit'), queueLengthLimit, 'must be positive'));
  if (queues <= 0) errors.push(invalid(path.child('queues'), queues, 'must be positive'));
  else if (queues > MAX_QUEUES) errors.push(invalid(path.child('queues'), queues, `must not be greater than ${MAX_QUEUES}`));
  const problem = handProblem(queues, handSize);
  if (problem !== undefined) errors.push(invalid(path.child('handSize'), handSize, problem));
  return errors;
}

function handProblem(queues: number, handSize: number): string | undefined {
  if (handSize <= 0) return 'must be positive';
  if (handSize > queues) return `should not be greater than queues (${queues})`;
  if (requiredEntropyBits(queues, handSize) <= MAX_HASH_BITS) return undefined;
  return `required entropy bits of deckSize ${queues} and handSize ${handSize} should not be greater than ${MAX_HASH_BITS}`;
}

/** The bits that make each hand about equally likely (shufflesharding.RequiredEntropyBits). */
function requiredEntropyBits(deckSize: number, handSize: number): number {
  return Math.ceil(Math.log2(deckSize) * handSize);
}
