import {
  type FieldError,
  type FieldPath,
  invalid,
  isValidLabelValue,
  notSupported,
  required,
  validateLabelName,
} from '@typekube/apimachinery';
import type { resourcev1 } from '../../types';
import { invalidEach } from '../fields/field-rules';

const EFFECTS = ['NoExecute', 'NoSchedule', 'None'];
const OPERATORS = ['Equal', 'Exists'];

/** A taint of a device. An effect that was stored before may stay. */
export function validateDeviceTaint(taint: resourcev1.DeviceTaint, path: FieldPath, old?: resourcev1.DeviceTaint): FieldError[] {
  const errors = validateLabelName(taint.key ?? '', path.child('key'));
  if (taint.value) errors.push(...validateValue(taint.value, path.child('value')));
  if (old?.effect === taint.effect && taint.effect) return errors;
  if (!taint.effect) return [...errors, required(path.child('effect'))];
  return EFFECTS.includes(taint.effect) ? errors : [...errors, notSupported(path.child('effect'), taint.effect, EFFECTS)];
}

/** What taints a request puts up with. */
export function validateDeviceToleration(toleration: resourcev1.DeviceToleration, path: FieldPath): FieldError[] {
  const errors = toleration.key ? validateLabelName(toleration.key, path.child('key')) : [];
  errors.push(...validateOperator(toleration, path));
  const { effect } = toleration;
  return !effect || EFFECTS.includes(effect) ? errors : [...errors, notSupported(path.child('effect'), effect, EFFECTS)];
}

function validateOperator({ operator, value }: resourcev1.DeviceToleration, path: FieldPath): FieldError[] {
  switch (operator) {
    case 'Exists':
      return value ? [invalid(path.child('value'), value, 'must be empty for operator `Exists`')] : [];
    case 'Equal':
      return validateValue(value ?? '', path.child('value'));
    default:
      return operator ? [notSupported(path.child('operator'), operator, OPERATORS)] : [required(path.child('operator'))];
  }
}

function validateValue(value: string, path: FieldPath): FieldError[] {
  return invalidEach(path, value, isValidLabelValue(value));
}
