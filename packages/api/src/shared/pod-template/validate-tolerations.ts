import {
  type FieldError,
  type FieldPath,
  forbidden,
  invalid,
  isValidLabelValue,
  notSupported,
  validateLabelName,
} from '@typekube/apimachinery';
import type { corev1 } from '../../types';
import { semanticEqual } from '../fields/semantic-equal';
import { isMissing, validateEnum } from '../fields/field-rules';

export const TAINT_EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];
const OPERATORS = ['Equal', 'Exists'];
const MATCH_ALL = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';

export function validateTolerations(tolerations: readonly corev1.Toleration[], path: FieldPath): FieldError[] {
  return tolerations.flatMap((toleration, i) => validateToleration(toleration, path.index(i)));
}

function validateToleration(toleration: corev1.Toleration, path: FieldPath): FieldError[] {
  const { key, operator = '', effect = '', tolerationSeconds } = toleration;
  const errors = isMissing(key) ? [] : validateLabelName(key, path.child('key'));
  if (isMissing(key) && operator !== 'Exists') errors.push(invalid(path.child('operator'), operator, MATCH_ALL));
  if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
    errors.push(invalid(path.child('effect'), effect, "effect must be 'NoExecute' when `tolerationSeconds` is set"));
  }
  errors.push(...validateValue(toleration, path.child('operator')));
  return effect === '' ? errors : [...errors, ...validateEnum(effect, path.child('effect'), TAINT_EFFECTS)];
}

/** Upstream reports the value at the operator. No operator means Equal. */
function validateValue({ operator = '', value = '' }: corev1.Toleration, path: FieldPath): FieldError[] {
  switch (operator) {
    case '':
    case 'Equal': {
      const messages = isValidLabelValue(value);
      return messages.length > 0 ? [invalid(path, value, messages.join(';'))] : [];
    }
    case 'Exists':
      return value === '' ? [] : [invalid(path, value, "value must be empty when `operator` is 'Exists'")];
    default:
      return [notSupported(path, operator, OPERATORS)];
  }
}

/** A pod that exists may get more tolerations; of those it has only the seconds may change. */
export function validateOnlyAddedTolerations(
  tolerations: readonly corev1.Toleration[],
  old: readonly corev1.Toleration[],
  path: FieldPath,
): FieldError[] {
  const kept = old.every((before) => tolerations.some((after) => semanticEqual(withoutSeconds(before), withoutSeconds(after))));
  if (!kept) return [forbidden(path, 'existing toleration can not be modified except its tolerationSeconds')];
  return validateTolerations(tolerations, path);
}

function withoutSeconds(toleration: corev1.Toleration): corev1.Toleration {
  const { tolerationSeconds: _, ...rest } = toleration;
  return rest;
}
