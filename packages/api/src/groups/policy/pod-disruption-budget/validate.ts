import {
  FieldPath,
  invalid,
  isPercent,
  isValidPercent,
  notSupported,
  validateConditions,
  validateLabelSelector,
  type FieldError,
} from '@typekube/apimachinery';
import { invalidEach, validateNonnegativeField } from '../../../shared/fields/field-rules';
import type { policyv1 } from '../../../types';

type Budget = policyv1.PodDisruptionBudget;

const SPEC = FieldPath.of('spec');
const STATUS = FieldPath.of('status');
const EVICTION_POLICIES = ['AlwaysAllow', 'IfHealthyBudget'] as const;

/** `old` is the stored budget on an update: a selector that was let through before stays valid. */
export function validatePodDisruptionBudget({ spec = {} }: Budget, old?: Budget): FieldError[] {
  const { minAvailable, maxUnavailable, unhealthyPodEvictionPolicy: policy, selector } = spec;
  const errors: FieldError[] = [];
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    errors.push(invalid(SPEC, spec, 'minAvailable and maxUnavailable cannot be both set'));
  }
  if (minAvailable !== undefined) errors.push(...validateAmount(minAvailable, SPEC.child('minAvailable')));
  if (maxUnavailable !== undefined) errors.push(...validateAmount(maxUnavailable, SPEC.child('maxUnavailable')));
  if (policy !== undefined && !EVICTION_POLICIES.some((known) => known === policy)) {
    errors.push(notSupported(SPEC.child('unhealthyPodEvictionPolicy'), policy, EVICTION_POLICIES));
  }
  const wasInvalid = validateLabelSelector(old?.spec?.selector, {}, SPEC).length > 0;
  const options = { allowInvalidLabelValueInSelector: wasInvalid };
  return [...errors, ...validateLabelSelector(selector, options, SPEC.child('selector'))];
}

export function validatePodDisruptionBudgetStatusUpdate({ status = {} }: Budget): FieldError[] {
  const counts = ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'] as const;
  return [
    ...validateConditions(status.conditions, STATUS.child('conditions')),
    ...counts.flatMap((field) => validateNonnegativeField(status[field] ?? 0, STATUS.child(field))),
  ];
}

/** A number that is not negative, or a percentage up to 100 (ValidatePositiveIntOrPercent, IsNotMoreThan100Percent). */
function validateAmount(amount: number | string, path: FieldPath): FieldError[] {
  if (typeof amount === 'number') return validateNonnegativeField(amount, path);
  const errors = invalidEach(path, amount, isValidPercent(amount));
  if (isPercent(amount) && Number.parseInt(amount, 10) > 100) errors.push(invalid(path, amount, 'must not be greater than 100%'));
  return errors;
}
