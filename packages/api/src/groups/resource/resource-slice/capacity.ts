import {
  type FieldError,
  type FieldPath,
  forbidden,
  invalid,
  parseQuantity,
  type Quantity,
  required,
} from '@typekube/apimachinery';
import type { resourcev1 } from '../../../types';
import { validateSet } from '../../../shared/device/collections';

const MAX_OPTIONS = 10;

/** The capacity of a device. How requests consume it can be said only where the device may be allocated more than once. */
export function validateDeviceCapacity(
  { value, requestPolicy: policy }: resourcev1.DeviceCapacity,
  path: FieldPath,
  options: { allowMultipleAllocations: boolean },
): FieldError[] {
  if (!policy) return [];
  const at = path.child('requestPolicy');
  if (!options.allowMultipleAllocations) return [forbidden(at, 'allowMultipleAllocations must be true')];
  const hasValues = (policy.validValues?.length ?? 0) > 0;
  if (hasValues && policy.validRange) {
    return [forbidden(at, 'exactly one policy can be specified, cannot specify "validValues" and "validRange" at the same time')];
  }
  if (!hasValues && !policy.validRange) return [];
  const form = hasValues ? 'validValues' : 'validRange';
  if (policy.default === undefined) return [required(at.child('default'), `required when ${form} is defined`)];
  const bounds = { fallback: parseQuantity(policy.default), capacity: parseQuantity(value) };
  return policy.validRange
    ? validateRange(policy.validRange, bounds, at.child('validRange'))
    : validateValues(policy.validValues ?? [], bounds, at.child('validValues'));
}

interface Bounds {
  /** What a request without an amount gets. */
  readonly fallback: Quantity;
  readonly capacity: Quantity;
}

function validateValues(values: readonly string[], { fallback, capacity }: Bounds, path: FieldPath): FieldError[] {
  const amounts = values.map(parseQuantity);
  const unsorted = amounts.flatMap((amount, i) => {
    const next = amounts[i + 1];
    return next && amount.cmp(next) > 0
      ? [invalid(path.index(i + 1), next.toString(), 'values must be sorted in ascending order')]
      : [];
  });
  const rule = (amount: Quantity, at: FieldPath): FieldError[] =>
    amount.cmp(capacity) > 0 ? [invalid(at, amount.toString(), `option is larger than capacity value: ${capacity.toString()}`)] : [];
  const errors = [...unsorted, ...validateSet(amounts, { max: MAX_OPTIONS, rule, keyOf: (amount) => amount.value().toString() }, path)];
  if (amounts.some((amount) => amount.equals(fallback))) return errors;
  return [...errors, invalid(path, fallback.toString(), 'default value is not valid according to the requestPolicy')];
}

function validateRange(
  range: resourcev1.CapacityRequestPolicyRange,
  { fallback, capacity }: Bounds,
  path: FieldPath,
): FieldError[] {
  if (range.min === undefined) return [required(path.child('min'), 'required when validRange is defined')];
  const min = parseQuantity(range.min);
  const max = range.max === undefined ? undefined : parseQuantity(range.max);
  const errors: FieldError[] = [];
  const limit = (broken: boolean, field: string, value: Quantity, detail: string): void => {
    if (broken) errors.push(invalid(path.child(field), value.toString(), detail));
  };
  limit(min.cmp(capacity) > 0, 'min', min, `min is larger than capacity value: ${capacity.toString()}`);
  limit(fallback.cmp(min) < 0, 'default', fallback, `default is less than min: ${min.toString()}`);
  if (max) {
    limit(min.cmp(max) > 0, 'max', min, `min is larger than max: ${max.toString()}`);
    limit(max.cmp(capacity) > 0, 'max', max, `max is larger than capacity value: ${capacity.toString()}`);
    limit(fallback.cmp(max) > 0, 'default', fallback, `default is more than max: ${max.toString()}`);
  }
  if (range.step === undefined) return errors;
  const ends = max ? [fallback, max] : [fallback];
  return [...errors, ...validateStep(parseQuantity(range.step), min, ends, capacity, path.child('step'))];
}

/** Steps of whole numbers lead from the least amount to each of `ends`, and one of them fits into the capacity. */
function validateStep(
  step: Quantity,
  min: Quantity,
  ends: readonly Quantity[],
  capacity: Quantity,
  path: FieldPath,
): FieldError[] {
  if (step.sign <= 0) return [invalid(path, step.toString(), 'must be greater than zero')];
  const first = min.add(step);
  const errors: FieldError[] = [];
  if (first.cmp(capacity) > 0) {
    const detail = `one step ${first.toString()} is larger than capacity value: ${capacity.toString()}`;
    errors.push(invalid(path, step.toString(), detail));
  }
  const missed = ends.filter((end) => (end.value() - min.value()) % step.value() !== 0n);
  const detail = `value is not a multiple of a given step (${step.toString()}) from (${min.toString()})`;
  return [...errors, ...missed.map((end) => invalid(path, end.toString(), detail))];
}
