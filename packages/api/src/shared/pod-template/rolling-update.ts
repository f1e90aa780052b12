import { type FieldError, type FieldPath, invalid, isValidPercent } from '@typekube/apimachinery';
import { invalidEach, validateNonnegativeField } from '../fields/field-rules';

type IntOrString = number | string;

/** A count of pods, or a part of all in percent. */
export function validatePositiveIntOrPercent(value: IntOrString, path: FieldPath): FieldError[] {
  return typeof value === 'string' ? invalidEach(path, value, isValidPercent(value)) : validateNonnegativeField(value, path);
}

export function validateNotMoreThan100Percent(value: IntOrString, path: FieldPath): FieldError[] {
  return (percentOf(value) ?? 0) > 100 ? [invalid(path, value, 'must not be greater than 100%')] : [];
}

/** The number, of pods or of percent; 0 for a text that is neither. */
export function intOrPercentValue(value: IntOrString): number {
  if (typeof value === 'number') return value;
  return percentOf(value) ?? (/^[+-]?\d+$/.test(value) ? Number(value) : 0);
}

function percentOf(value: IntOrString): number | undefined {
  if (typeof value !== 'string' || isValidPercent(value).length > 0) return undefined;
  return Number(value.slice(0, -1));
}
