import { duplicate, type FieldError, invalid, notSupported, required, tooLong } from '../errors/field-error';
import type { FieldPath } from '../errors/field-path';
import type { Condition } from '../meta/types';
import { validateLabelName } from './labels';
import { byteLength, regexMessage } from './messages';

const REASON = '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?';
const reasonPattern = new RegExp(`^${REASON}$`);
const STATUSES: readonly string[] = ['False', 'True', 'Unknown'];
const MAX_REASON_BYTES = 1024;
const MAX_MESSAGE_BYTES = 32 * 1024;

/** Checks the metav1.Conditions of a status: each by itself, and that no type comes twice. */
export function validateConditions(conditions: readonly Condition[] | undefined, path: FieldPath): FieldError[] {
  const seen = new Set<string>();
  const errors: FieldError[] = [];
  conditions?.forEach((condition, i) => {
    if (seen.has(condition.type)) errors.push(duplicate(path.index(i).child('type'), condition.type));
    seen.add(condition.type);
    errors.push(...validateCondition(condition, path.index(i)));
  });
  return errors;
}

export function validateCondition(condition: Condition, path: FieldPath): FieldError[] {
  const errors = validateLabelName(condition.type, path.child('type'));
  if (!STATUSES.includes(condition.status)) errors.push(notSupported(path.child('status'), condition.status, STATUSES));
  if ((condition.observedGeneration ?? 0) < 0) {
    errors.push(invalid(path.child('observedGeneration'), condition.observedGeneration, 'must be greater than or equal to zero'));
  }
  if (!condition.lastTransitionTime) errors.push(required(path.child('lastTransitionTime'), 'must be set'));
  errors.push(...validateReason(condition.reason, path.child('reason')));
  if (byteLength(condition.message ?? '') > MAX_MESSAGE_BYTES) errors.push(tooLong(path.child('message'), MAX_MESSAGE_BYTES));
  return errors;
}

function validateReason(reason: string, path: FieldPath): FieldError[] {
  if (!reason) return [required(path, 'must be set')];
  const errors: FieldError[] = [];
  if (!reasonPattern.test(reason)) {
    const message =
      "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_'";
    const examples = ['my_name', 'MY_NAME', 'MyName', 'ReasonA,ReasonB', 'ReasonA:ReasonB'];
    errors.push(invalid(path, reason, regexMessage(message, REASON, ...examples)));
  }
  if (byteLength(reason) > MAX_REASON_BYTES) errors.push(tooLong(path, MAX_REASON_BYTES));
  return errors;
}
