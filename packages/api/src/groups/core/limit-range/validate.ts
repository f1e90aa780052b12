import {
  duplicate,
  FieldPath,
  forbidden,
  invalid,
  isQualifiedName,
  parseQuantity,
  required,
  type FieldError,
} from '@typekube/apimachinery';
import { invalidEach } from '../../../shared/fields/field-rules';
import { isOvercommitAllowed } from '../../../shared/resources/resource-names';
import { compareQuantities, validateContainerResourceName, validateResourceName } from '../../../shared/resources/validate';
import type { corev1 } from '../../../types';

const STANDARD_TYPES: ReadonlySet<string> = new Set(['Pod', 'Container', 'PersistentVolumeClaim']);
const FIELDS = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const;
/** The largest value whose thousandfold upstream still holds in an int64. */
const MAX_MILLI_VALUE = (2n ** 63n - 1n) / 1000n;

export function validateLimitRange(limitRange: corev1.LimitRange): FieldError[] {
  const seen = new Set<string>();
  return (limitRange.spec?.limits ?? []).flatMap((limit, i) => {
    const path = FieldPath.of('spec', 'limits').index(i);
    const errors = validateLimitType(limit.type, path.child('type'));
    if (seen.has(limit.type)) errors.push(duplicate(path.child('type'), limit.type));
    seen.add(limit.type);
    return [...errors, ...validateNames(limit, path), ...validateAmounts(limit, path)];
  });
}

function validateLimitType(type: string, path: FieldPath): FieldError[] {
  const errors = invalidEach(path, type, isQualifiedName(type));
  if (errors.length > 0) return errors;
  if (type.includes('/') || STANDARD_TYPES.has(type)) return [];
  return [invalid(path, type, 'must be a standard limit type or fully qualified')];
}

function validateNames(limit: corev1.LimitRangeItem, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const validateName = limit.type === 'Pod' || limit.type === 'Container' ? validateContainerResourceName : validateResourceName;
  for (const field of FIELDS) {
    const names = Object.keys(limit[field] ?? {});
    if (limit.type === 'Pod' && (field === 'default' || field === 'defaultRequest')) {
      if (names.length > 0) errors.push(forbidden(path.child(field), "may not be specified when `type` is 'Pod'"));
      continue;
    }
    for (const name of names) errors.push(...validateName(name, path.child(field).key(name)));
  }
  if (limit.type === 'PersistentVolumeClaim' && limit.min?.['storage'] === undefined && limit.max?.['storage'] === undefined) {
    errors.push(required(path.child('limits'), 'either minimum or maximum storage value is required, but neither was provided'));
  }
  return errors;
}

function validateAmounts(limit: corev1.LimitRangeItem, path: FieldPath): FieldError[] {
  const considered = limit.type === 'Pod' ? { ...limit, default: undefined, defaultRequest: undefined } : limit;
  const names = new Set(FIELDS.flatMap((field) => Object.keys(considered[field] ?? {})));
  return [...names].flatMap((name) => validateAmountsOf(name, considered, path));
}

/** min ≤ defaultRequest ≤ default ≤ max, and the ratio between 1 and max/min. */
function validateAmountsOf(name: string, limit: Partial<corev1.LimitRangeItem>, path: FieldPath): FieldError[] {
  const [max, min, limitDefault, request, ratio] = FIELDS.map((field) => limit[field]?.[name]);
  const at = (field: (typeof FIELDS)[number]): FieldPath => path.child(field).key(name);
  const errors: FieldError[] = [];
  const order = (low: string | undefined, high: string | undefined, report: (low: string, high: string) => FieldError): void => {
    if (low !== undefined && high !== undefined && compareQuantities(low, high) > 0) errors.push(report(low, high));
  };
  order(min, max, (lo, hi) => invalid(at('min'), lo, `min value ${lo} is greater than max value ${hi}`));
  order(min, request, (lo, hi) =>
    invalid(at('defaultRequest'), hi, `min value ${lo} is greater than default request value ${hi}`),
  );
  order(request, max, (lo, hi) =>
    invalid(at('defaultRequest'), lo, `default request value ${lo} is greater than max value ${hi}`),
  );
  order(request, limitDefault, (lo, hi) =>
    invalid(at('defaultRequest'), lo, `default request value ${lo} is greater than default limit value ${hi}`),
  );
  order(min, limitDefault, (lo, hi) => invalid(at('default'), lo, `min value ${lo} is greater than default value ${hi}`));
  order(limitDefault, max, (lo, hi) => invalid(at('default'), hi, `default value ${lo} is greater than max value ${hi}`));
  if (ratio !== undefined) errors.push(...validateRatio(ratio, min, max, at('maxLimitRequestRatio')));
  const differ = limitDefault !== undefined && request !== undefined && compareQuantities(limitDefault, request) !== 0;
  if (differ && !isOvercommitAllowed(name)) {
    const detail = `default value ${limitDefault} must equal to defaultRequest value ${request} in ${name}`;
    errors.push(invalid(at('defaultRequest'), request, detail));
  }
  return errors;
}

function validateRatio(ratio: string, min: string | undefined, max: string | undefined, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (compareQuantities(ratio, '1') < 0) errors.push(invalid(path, ratio, `ratio ${ratio} is less than 1`));
  if (min === undefined || max === undefined) return errors;
  const quantities = [ratio, min, max].map((text) => parseQuantity(text));
  const milli = quantities.every((quantity) => quantity.value() < MAX_MILLI_VALUE);
  const [ratioValue = 0, minValue = 0, maxValue = 0] = quantities.map((q) => Number(milli ? q.milliValue() : q.value()));
  const limit = maxValue / minValue;
  if ((milli ? ratioValue / 1000 : ratioValue) > limit) {
    errors.push(invalid(path, ratio, `ratio ${ratio} is greater than max/min = ${limit.toFixed(6)}`));
  }
  return errors;
}
