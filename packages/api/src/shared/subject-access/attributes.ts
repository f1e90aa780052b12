import {
  type FieldError,
  type FieldPath,
  forbidden,
  invalid,
  required,
  validateLabelSelectorRequirement,
} from '@typekube/apimachinery';
import type { authorizationv1, metav1 } from '../../types';

/** The selectors of an asked access: raw text or requirements, the operators of which may be newer than this server. */
export function validateResourceAttributes(
  attributes: authorizationv1.ResourceAttributes | undefined,
  path: FieldPath,
): FieldError[] {
  const { fieldSelector, labelSelector } = attributes ?? {};
  return [
    ...validateSelector(fieldSelector, path.child('fieldSelector'), validateFieldRequirement),
    ...validateSelector(labelSelector, path.child('labelSelector'), (requirement, at) =>
      validateLabelSelectorRequirement(requirement, { allowUnknownOperatorInRequirement: true }, at),
    ),
  ];
}

interface SelectorAttributes<R> {
  readonly rawSelector?: string;
  readonly requirements?: readonly R[];
}

function validateSelector<R>(
  selector: SelectorAttributes<R> | undefined,
  path: FieldPath,
  validateRequirement: (requirement: R, path: FieldPath) => FieldError[],
): FieldError[] {
  if (!selector) return [];
  const { rawSelector, requirements = [] } = selector;
  const errors: FieldError[] = [];
  if (rawSelector && requirements.length > 0) {
    errors.push(invalid(path.child('rawSelector'), rawSelector, 'may not specified at the same time as requirements'));
  }
  if (!rawSelector && requirements.length === 0) {
    errors.push(required(path.child('requirements'), `when ${path.toString()} is specified, requirements or rawSelector is required`));
  }
  return [
    ...errors,
    ...requirements.flatMap((requirement, i) => validateRequirement(requirement, path.child('requirements').index(i))),
  ];
}

function validateFieldRequirement(requirement: metav1.FieldSelectorRequirement, path: FieldPath): FieldError[] {
  const errors = requirement.key ? [] : [required(path.child('key'), 'must be specified')];
  const count = requirement.values?.length ?? 0;
  const values = path.child('values');
  switch (requirement.operator) {
    case 'In':
    case 'NotIn':
      return count > 0 ? errors : [...errors, required(values, "must be specified when `operator` is 'In' or 'NotIn'")];
    case 'Exists':
    case 'DoesNotExist':
      return count === 0
        ? errors
        : [...errors, forbidden(values, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")];
    default:
      return errors;
  }
}
