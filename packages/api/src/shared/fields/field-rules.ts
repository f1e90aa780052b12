import {
  invalid,
  isDNS1123Label,
  isQualifiedName,
  notSupported,
  required,
  type FieldError,
  type FieldPath,
} from '@typekube/apimachinery';
import { semanticEqual } from './semantic-equal';

export const FIELD_IMMUTABLE = 'field is immutable';
export const NOT_NEGATIVE = 'must be greater than or equal to 0';
export const GREATER_THAN_ZERO = 'must be greater than zero';

/** Upstream's zero string: a required text that is absent counts as empty. */
export function isMissing(value: string | undefined): value is '' | undefined {
  return value === undefined || value === '';
}

/** One `Invalid value` for each message of a check such as `isQualifiedName`. */
export function invalidEach(path: FieldPath, value: unknown, messages: readonly string[]): FieldError[] {
  return messages.map((message) => invalid(path, value, message));
}

export function validateDns1123LabelField(value: string, path: FieldPath): FieldError[] {
  return invalidEach(path, value, isDNS1123Label(value));
}

export function validateQualifiedNameField(value: string, path: FieldPath): FieldError[] {
  return invalidEach(path, value, isQualifiedName(value));
}

export function validateNonnegativeField(value: number, path: FieldPath): FieldError[] {
  return value < 0 ? [invalid(path, value, NOT_NEGATIVE)] : [];
}

export function validatePositiveField(value: number, path: FieldPath): FieldError[] {
  return value <= 0 ? [invalid(path, value, GREATER_THAN_ZERO)] : [];
}

/** A field that may not change, compared by meaning (ValidateImmutableField). */
export function validateImmutable(value: unknown, old: unknown, path: FieldPath): FieldError[] {
  return semanticEqual(value, old) ? [] : [invalid(path, value, FIELD_IMMUTABLE)];
}

/** A required text that must be in `supported`. */
export function validateRequiredEnum(value: string | undefined, path: FieldPath, supported: readonly string[]): FieldError[] {
  if (isMissing(value)) return [required(path)];
  return validateEnum(value, path, supported);
}

export function validateEnum(value: string, path: FieldPath, supported: readonly string[]): FieldError[] {
  return supported.includes(value) ? [] : [notSupported(path, value, supported)];
}
