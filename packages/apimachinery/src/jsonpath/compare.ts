import { JsonPathError } from './nodes';

type Basic = string | number | boolean;

/** Compares two values of a filter. Throws where they are not texts, numbers or booleans, or not of one kind. */
export function compareValues(left: unknown, operator: string, right: unknown): boolean {
  switch (operator) {
    case '==':
      return isEqual(left, right);
    case '!=':
      return !isEqual(left, right);
    case '<':
      return isLess(left, right);
    case '>=':
      return !isLess(left, right);
    case '<=':
      return isLess(left, right) || isEqual(left, right);
    case '>':
      return !isLess(left, right) && !isEqual(left, right);
    default:
      throw new JsonPathError(`unrecognized filter operator ${operator}`);
  }
}

function isEqual(left: unknown, right: unknown): boolean {
  checkComparable(left, right);
  return left === right;
}

function isLess(left: unknown, right: unknown): boolean {
  checkComparable(left, right);
  if (typeof left === 'string' && typeof right === 'string') return left < right;
  if (typeof left === 'number' && typeof right === 'number') return left < right;
  throw new JsonPathError('invalid type for comparison');
}

function checkComparable(left: unknown, right: unknown): void {
  if (!isBasic(left) || !isBasic(right)) throw new JsonPathError('invalid type for comparison');
  if (typeof left !== typeof right) throw new JsonPathError('incompatible types for comparison');
}

function isBasic(value: unknown): value is Basic {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
