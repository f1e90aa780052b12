import { FieldPath, type FieldError, nameIsDNSSubdomain, validateLabelSelector } from '@typekube/apimachinery';
import type { storagev1 } from '../../../types';
import { invalidEach, validateImmutable } from '../../../shared/fields/field-rules';
import { validateNonnegativeQuantity } from '../../../shared/resources/validate';

/** The rules of a new CSIStorageCapacity. */
export function validateCsiStorageCapacity(object: storagev1.CSIStorageCapacity): FieldError[] {
  return validateWith(object, { allowInvalidLabelValueInSelector: false });
}

/** The rules of a changed CSIStorageCapacity: it stays one of the same class and topology. */
export function validateCsiStorageCapacityUpdate(
  object: storagev1.CSIStorageCapacity,
  old: storagev1.CSIStorageCapacity,
): FieldError[] {
  return [
    ...validateWith(object, { allowInvalidLabelValueInSelector: hasInvalidSelector(old) }),
    ...validateImmutable(object.nodeTopology, old.nodeTopology, FieldPath.of('nodeTopology')),
    ...validateImmutable(object.storageClassName, old.storageClassName, FieldPath.of('storageClassName')),
  ];
}

interface SelectorOptions {
  readonly allowInvalidLabelValueInSelector: boolean;
}

function validateWith(object: storagev1.CSIStorageCapacity, options: SelectorOptions): FieldError[] {
  const className = object.storageClassName ?? '';
  return [
    ...validateTopology(object, options),
    ...invalidEach(FieldPath.of('storageClassName'), className, nameIsDNSSubdomain(className, false)),
    ...(object.capacity === undefined ? [] : validateNonnegativeQuantity(object.capacity, FieldPath.of('capacity'))),
  ];
}

function validateTopology(object: storagev1.CSIStorageCapacity, options: SelectorOptions): FieldError[] {
  return object.nodeTopology ? validateLabelSelector(object.nodeTopology, options, FieldPath.of('nodeTopology')) : [];
}

function hasInvalidSelector(object: storagev1.CSIStorageCapacity): boolean {
  return validateTopology(object, { allowInvalidLabelValueInSelector: false }).length > 0;
}
