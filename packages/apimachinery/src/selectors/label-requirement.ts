import { type FieldError, fieldErrorMessage, invalid, notSupported } from '../errors/field-error';
import { FieldPath } from '../errors/field-path';
import { isLabelKey, isValidLabelValue } from '../validation/label-names';
import { parseInt64 } from '../text/int64';

/** The operators of a label requirement, by the names that error texts use. */
export type SelectorOperator = '=' | '==' | '!=' | 'in' | 'notin' | 'exists' | '!' | 'gt' | 'lt';

/** The labels of an object. Absent labels are no labels. */
export type Labels = Readonly<Record<string, string>>;

export const BINARY_OPERATORS: readonly SelectorOperator[] = ['in', 'notin', '=', '==', '!=', 'gt', 'lt'];
const ALL_OPERATORS: readonly SelectorOperator[] = [...BINARY_OPERATORS, 'exists', '!'];

/** A selector text or object that cannot be understood; the message is upstream's. */
export class SelectorError extends Error {
  override readonly name = 'SelectorError';
}

/** One condition on one label, as labels.Requirement. Immutable; made by `newRequirement`, which checks it. */
export class Requirement {
  private readonly single: string | undefined;
  private readonly bound: bigint;

  constructor(
    readonly key: string,
    readonly operator: SelectorOperator,
    readonly values: readonly string[],
  ) {
    this.single = values.length === 1 ? values[0] : undefined;
    this.bound = operator === 'gt' || operator === 'lt' ? (parseInt64(values[0] ?? '') ?? 0n) : 0n;
  }

  /** Whether the labels fulfil this. `!=` and `notin` hold for an absent label, `>` and `<` for whole numbers only. */
  matches(labels: Labels): boolean {
    // Names such as `constructor` find an inherited function in a plain object: only a text is a label.
    const value: unknown = labels[this.key];
    const present = typeof value === 'string';
    switch (this.operator) {
      case '=':
      case '==':
      case 'in':
        return present && this.has(value);
      case '!=':
      case 'notin':
        return !present || !this.has(value);
      case 'exists':
        return present;
      case '!':
        return !present;
      case 'gt':
      case 'lt':
        return present && this.compares(value);
    }
  }

  /** The canonical text: `a=b`, `a in (b,c)` with sorted values, `!a`, `a>1`. */
  toString(): string {
    const values = [...this.values].sort().join(',');
    switch (this.operator) {
      case 'exists':
        return this.key;
      case '!':
        return `!${this.key}`;
      case 'in':
      case 'notin':
        return `${this.key} ${this.operator} (${values})`;
      case 'gt':
        return `${this.key}>${values}`;
      case 'lt':
        return `${this.key}<${values}`;
      default:
        return this.key + this.operator + values;
    }
  }

  private has(value: string): boolean {
    return this.single === undefined ? this.values.includes(value) : this.single === value;
  }

  private compares(value: string): boolean {
    const number = parseInt64(value);
    if (number === undefined) return false;
    return this.operator === 'gt' ? number > this.bound : number < this.bound;
  }
}

/**
 * Makes a requirement after checking key, operator and values by the rules of labels.NewRequirement. Throws a SelectorError
 * that lists every problem.
 */
export function newRequirement(key: string, operator: SelectorOperator, values: readonly string[]): Requirement {
  const path = FieldPath.of('values');
  const errors = [...labelKeyErrors(key, FieldPath.of('key')), ...operandErrors(operator, values, path)];
  values.forEach((value, i) => {
    const problems = isValidLabelValue(value);
    if (problems.length) errors.push(invalid(path.index(i).key(key), value, problems.join('; ')));
  });
  if (errors.length) throw new SelectorError(aggregateMessage(errors));
  return new Requirement(key, operator, values);
}

/** The problems of a label key, as one error; `path` is where it stands. */
export function labelKeyErrors(key: string, path: FieldPath): FieldError[] {
  const problems = isLabelKey(key);
  return problems.length ? [invalid(path, key, problems.join('; '))] : [];
}

/** Errors as one text: alone as it is, several in brackets, as field.ErrorList.ToAggregate prints. */
function aggregateMessage(errors: readonly FieldError[]): string {
  const texts = [...new Set(errors.map(fieldErrorMessage))];
  return texts.length === 1 ? texts.join('') : `[${texts.join(', ')}]`;
}

function operandErrors(operator: SelectorOperator, values: readonly string[], path: FieldPath): FieldError[] {
  switch (operator) {
    case 'in':
    case 'notin':
      return values.length ? [] : [invalid(path, values, "for 'in', 'notin' operators, values set can't be empty")];
    case '=':
    case '==':
    case '!=':
      return values.length === 1 ? [] : [invalid(path, values, 'exact-match compatibility requires one single value')];
    case 'exists':
    case '!':
      return values.length ? [invalid(path, values, 'values set must be empty for exists and does not exist')] : [];
    case 'gt':
    case 'lt':
      return boundErrors(values, path);
    default:
      return [notSupported(FieldPath.of('operator'), operator, ALL_OPERATORS)];
  }
}

function boundErrors(values: readonly string[], path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (values.length !== 1) errors.push(invalid(path, values, "for 'Gt', 'Lt' operators, exactly one value is required"));
  values.forEach((value, i) => {
    if (parseInt64(value) === undefined) {
      errors.push(invalid(path.index(i), value, "for 'Gt', 'Lt' operators, the value must be an integer"));
    }
  });
  return errors;
}
