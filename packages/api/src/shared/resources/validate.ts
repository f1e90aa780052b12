import { invalid, isQualifiedName, parseQuantity, type FieldError, type FieldPath } from '@typekube/apimachinery';
import { GREATER_THAN_ZERO, invalidEach, NOT_NEGATIVE } from '../fields/field-rules';
import {
  hasRequestsPrefix,
  isCountedResourceName,
  isNativeResource,
  isStandardContainerResourceName,
  isStandardQuotaResourceName,
  isStandardResourceName,
  quotaRequestName,
} from './resource-names';

/** A resource with a domain in its name, outside of kubernetes.io, that a quota can name too (IsExtendedResourceName). */
export function isExtendedResourceName(name: string): boolean {
  return !isNativeResource(name) && !hasRequestsPrefix(name) && isQualifiedName(quotaRequestName(name)).length === 0;
}

/** Counted in whole numbers: objects and extended resources. */
export function isIntegerResourceName(name: string): boolean {
  return isCountedResourceName(name) || isExtendedResourceName(name);
}

/** Any resource name: qualified, and known if it has no domain. */
export function validateResourceName(name: string, path: FieldPath): FieldError[] {
  const errors = invalidEach(path, name, isQualifiedName(name));
  if (errors.length > 0) return errors;
  if (!name.includes('/') && !isStandardResourceName(name)) {
    return [invalid(path, name, 'must be a standard resource type or fully qualified')];
  }
  return [];
}

/** A resource name in a container's requests or limits. */
export function validateContainerResourceName(name: string, path: FieldPath): FieldError[] {
  const errors = validateResourceName(name, path);
  if (!name.includes('/')) {
    if (!isStandardContainerResourceName(name)) errors.push(invalid(path, name, 'must be a standard resource for containers'));
  } else if (!isNativeResource(name) && !isExtendedResourceName(name)) {
    errors.push(invalid(path, name, "doesn't follow extended resource name standard"));
  }
  return errors;
}

/** A resource name in a quota. */
export function validateQuotaResourceName(name: string, path: FieldPath): FieldError[] {
  const errors = validateResourceName(name, path);
  if (!name.includes('/') && !isStandardQuotaResourceName(name)) {
    errors.push(invalid(path, name, 'must be a standard resource for quota'));
  }
  return errors;
}

/** An amount of `resource`: not negative, and whole where the resource is counted (ValidateResourceQuantityValue). */
export function validateResourceQuantityValue(resource: string, value: string, path: FieldPath): FieldError[] {
  const errors = validateNonnegativeQuantity(value, path);
  if (isIntegerResourceName(resource) && !isWhole(value)) {
    errors.push(invalid(path, value, 'must be an integer'));
  }
  return errors;
}

export function validateNonnegativeQuantity(value: string, path: FieldPath): FieldError[] {
  return parseQuantity(value).sign < 0 ? [invalid(path, value, NOT_NEGATIVE)] : [];
}

export function validatePositiveQuantity(value: string, path: FieldPath): FieldError[] {
  return parseQuantity(value).sign <= 0 ? [invalid(path, value, GREATER_THAN_ZERO)] : [];
}

/** Below, at or above zero as `a` is less than, equal to or more than `b`; an absent quantity is zero. */
export function compareQuantities(a: string | undefined, b: string | undefined): number {
  return parseQuantity(a ?? '0').cmp(parseQuantity(b ?? '0'));
}

function isWhole(value: string): boolean {
  return parseQuantity(value).milliValue() % 1000n === 0n;
}
