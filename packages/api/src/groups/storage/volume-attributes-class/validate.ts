import { FieldPath, type FieldError } from '@typekube/apimachinery';
import type { storagev1 } from '../../../types';
import {
  validateClassFieldUnchanged,
  validateClassParameters,
  validateProvisioner,
} from '../../../shared/storage/class-parameters';

/** The rules of a new VolumeAttributesClass. */
export function validateVolumeAttributesClass(object: storagev1.VolumeAttributesClass): FieldError[] {
  return [
    ...validateProvisioner(object.driverName, FieldPath.of('driverName')),
    ...validateClassParameters(object.parameters, FieldPath.of('parameters'), { allowEmpty: false }),
  ];
}

/** A VolumeAttributesClass keeps its driver and parameters. */
export function validateVolumeAttributesClassUpdate(
  object: storagev1.VolumeAttributesClass,
  old: storagev1.VolumeAttributesClass,
): FieldError[] {
  return [
    ...validateClassFieldUnchanged(object.driverName, old.driverName, FieldPath.of('driverName')),
    ...validateClassFieldUnchanged(object.parameters, old.parameters, FieldPath.of('parameters')),
    ...validateVolumeAttributesClass(object),
  ];
}
