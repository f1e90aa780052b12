import { type FieldError, forbidden, invalid, required } from '../errors/field-error';
import type { FieldPath } from '../errors/field-path';
import type { LabelSelector, LabelSelectorRequirement } from '../meta/types';
import { isLabelKey, isValidLabelValue } from './label-names';

/** Checks a label key, or another name by the same rule. */
export function validateLabelName(name: string, path: FieldPath): FieldError[] {
  return isLabelKey(name).map((problem) => invalid(path, name, problem));
}

export function validateLabels(labels: Readonly<Record<string, string>> | undefined, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  for (const [key, value] of Object.entries(labels ?? {})) {
    errors.push(...validateLabelName(key, path));
    for (const problem of isValidLabelValue(value)) errors.push(invalid(path, value, problem));
  }
  return errors;
}

export interface LabelSelectorValidationOptions {
  /** For objects stored before values were checked. */
  readonly allowInvalidLabelValueInSelector?: boolean;
  /** For access reviews, whose asker may know newer operators. */
  readonly allowUnknownOperatorInRequirement?: boolean;
}

/** Checks a LabelSelector; an absent one is fine. (metav1 validation.ValidateLabelSelector) */
export function validateLabelSelector(
  selector: LabelSelector | null | undefined,
  options: LabelSelectorValidationOptions,
  path: FieldPath,
): FieldError[] {
  if (!selector) return [];
  const errors = validateLabels(selector.matchLabels, path.child('matchLabels'));
  selector.matchExpressions?.forEach((requirement, i) => {
    errors.push(...validateLabelSelectorRequirement(requirement, options, path.child('matchExpressions').index(i)));
  });
  return errors;
}

export function validateLabelSelectorRequirement(
  { key, operator, values = [] }: LabelSelectorRequirement,
  options: LabelSelectorValidationOptions,
  path: FieldPath,
): FieldError[] {
  const errors = validateOperator(operator, values, options, path);
  errors.push(...validateLabelName(key, path.child('key')));
  if (options.allowInvalidLabelValueInSelector) return errors;
  values.forEach((value, i) => {
    for (const problem of isValidLabelValue(value)) errors.push(invalid(path.child('values').index(i), value, problem));
  });
  return errors;
}

function validateOperator(
  operator: string,
  values: readonly string[],
  options: LabelSelectorValidationOptions,
  path: FieldPath,
): FieldError[] {
  switch (operator) {
    case 'In':
    case 'NotIn':
      return values.length ? [] : [required(path.child('values'), "must be specified when `operator` is 'In' or 'NotIn'")];
    case 'Exists':
    case 'DoesNotExist':
      if (!values.length) return [];
      return [forbidden(path.child('values'), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")];
    default:
      if (options.allowUnknownOperatorInRequirement) return [];
      return [invalid(path.child('operator'), operator, 'not a valid selector operator')];
  }
}
