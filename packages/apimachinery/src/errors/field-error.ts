import { goQuote } from '../text/go-quote';
import type { FieldPath } from './field-path';

/** The kinds of a field error, as upstream's `field.ErrorType`; the value is the `reason` of a status cause. */
export type FieldErrorType =
  | 'FieldValueNotFound'
  | 'FieldValueRequired'
  | 'FieldValueDuplicate'
  | 'FieldValueInvalid'
  | 'FieldValueNotSupported'
  | 'FieldValueForbidden'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'InternalError'
  | 'FieldValueTypeInvalid';

/** One finding of a validation, as upstream's `field.Error`. */
export interface FieldError {
  readonly type: FieldErrorType;
  readonly field: string;
  readonly badValue?: unknown;
  readonly detail: string;
}

/** As `badValue`: the error is about the field as a whole and shows no value (field.OmitValueType). */
export const OMITTED_VALUE: unique symbol = Symbol('omitted value');

const TITLES: Record<FieldErrorType, string> = {
  FieldValueNotFound: 'Not found',
  FieldValueRequired: 'Required value',
  FieldValueDuplicate: 'Duplicate value',
  FieldValueInvalid: 'Invalid value',
  FieldValueNotSupported: 'Unsupported value',
  FieldValueForbidden: 'Forbidden',
  FieldValueTooLong: 'Too long',
  FieldValueTooMany: 'Too many',
  InternalError: 'Internal error',
  FieldValueTypeInvalid: 'Invalid value',
};

const WITHOUT_VALUE: ReadonlySet<FieldErrorType> = new Set([
  'FieldValueRequired',
  'FieldValueForbidden',
  'FieldValueTooLong',
  'InternalError',
]);

export function required(field: FieldPath, detail = ''): FieldError {
  return { type: 'FieldValueRequired', field: field.toString(), detail };
}

export function invalid(field: FieldPath, badValue: unknown, detail: string): FieldError {
  return { type: 'FieldValueInvalid', field: field.toString(), badValue, detail };
}

export function forbidden(field: FieldPath, detail: string): FieldError {
  return { type: 'FieldValueForbidden', field: field.toString(), detail };
}

export function duplicate(field: FieldPath, badValue: unknown): FieldError {
  return { type: 'FieldValueDuplicate', field: field.toString(), badValue, detail: '' };
}

export function notFound(field: FieldPath, badValue: unknown): FieldError {
  return { type: 'FieldValueNotFound', field: field.toString(), badValue, detail: '' };
}

/** `supported` is printed in the given order: upstream sorts most of its lists, so pass them sorted where it does. */
export function notSupported(field: FieldPath, badValue: unknown, supported: readonly string[]): FieldError {
  const detail = supported.length ? `supported values: ${supported.map(goQuote).join(', ')}` : '';
  return { type: 'FieldValueNotSupported', field: field.toString(), badValue, detail };
}

/** The value itself is never shown. A negative `maxLength` leaves the limit out of the text. */
export function tooLong(field: FieldPath, maxLength: number): FieldError {
  const unit = maxLength === 1 ? 'byte' : 'bytes';
  const detail = maxLength >= 0 ? `may not be more than ${maxLength} ${unit}` : 'value is too long';
  return { type: 'FieldValueTooLong', field: field.toString(), detail };
}

export function tooMany(field: FieldPath, actual: number, max: number): FieldError {
  const detail = max >= 0 ? `must have at most ${max} ${max === 1 ? 'item' : 'items'}` : 'has too many items';
  return { type: 'FieldValueTooMany', field: field.toString(), badValue: actual, detail };
}

export function typeInvalid(field: FieldPath, badValue: unknown, detail: string): FieldError {
  return { type: 'FieldValueTypeInvalid', field: field.toString(), badValue, detail };
}

export function internalError(field: FieldPath, cause: Error): FieldError {
  return { type: 'InternalError', field: field.toString(), detail: cause.message };
}

/** `Invalid value: "x": must be …`: the error without its field, as `field.Error.ErrorBody`. */
export function fieldErrorBody(error: FieldError): string {
  const title = TITLES[error.type];
  if (WITHOUT_VALUE.has(error.type) || error.badValue === OMITTED_VALUE) return error.detail ? `${title}: ${error.detail}` : title;
  const head = `${title}: ${formatBadValue(error.badValue)}`;
  return error.detail ? `${head}: ${error.detail}` : head;
}

/** `spec.x: Invalid value: …`: the whole text, as `field.Error.Error`. */
export function fieldErrorMessage(error: FieldError): string {
  return `${error.field}: ${fieldErrorBody(error)}`;
}

function formatBadValue(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  // Go's JSON can be put into HTML.
  return typeof value === 'string' ? goQuote(value) : JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
