import {
  invalid,
  isQualifiedName,
  isValidLabelValue,
  notSupported,
  required,
  type FieldError,
  type FieldPath,
} from '@typekube/apimachinery';
import { invalidEach, isMissing } from '../../../shared/fields/field-rules';
import type { corev1 } from '../../../types';

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] as const;

/** Taints: names and values as labels', a known effect, and one taint for each key and effect. */
export function validateTaints(taints: readonly corev1.Taint[], path: FieldPath): FieldError[] {
  const seen = new Set<string>();
  return taints.flatMap((taint, i) => {
    const at = path.index(i);
    const errors = validateTaint(taint, at);
    const identity = JSON.stringify([taint.key, taint.effect]);
    if (seen.has(identity)) errors.push(duplicateTaint(taint, at));
    seen.add(identity);
    return errors;
  });
}

function validateTaint({ key = '', value = '', effect }: corev1.Taint, path: FieldPath): FieldError[] {
  const errors = invalidEach(path.child('key'), key, isQualifiedName(key));
  const valueProblems = isValidLabelValue(value);
  if (valueProblems.length > 0) errors.push(invalid(path.child('value'), value, valueProblems.join(';')));
  if (isMissing(effect)) errors.push(required(path.child('effect')));
  else if (!EFFECTS.some((known) => known === effect)) errors.push(notSupported(path.child('effect'), effect, EFFECTS));
  return errors;
}

function duplicateTaint(taint: corev1.Taint, path: FieldPath): FieldError {
  return {
    type: 'FieldValueDuplicate',
    field: path.toString(),
    badValue: taint,
    detail: 'taints must be unique by key and effect pair',
  };
}
