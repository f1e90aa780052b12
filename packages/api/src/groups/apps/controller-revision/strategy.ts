import { type FieldError, FieldPath, required } from '@typekube/apimachinery';
import type { Strategy } from '../../../registry/resource-definition';
import { validateImmutable, validateNonnegativeField } from '../../../shared/fields/field-rules';
import type { appsv1 } from '../../../types';

function validate(object: appsv1.ControllerRevision): FieldError[] {
  const errors = object.data ? [] : [required(FieldPath.of('data'), 'data is mandatory')];
  return [...errors, ...validateNonnegativeField(object.revision ?? 0, FieldPath.of('revision'))];
}

/** A snapshot: its number may rise, what it holds never changes. */
export const strategy: Strategy<appsv1.ControllerRevision> = {
  validate,
  validateUpdate: (object, old) => [...validate(object), ...validateImmutable(object.data, old.data, FieldPath.of('data'))],
  allowCreateOnUpdate: false,
  allowUnconditionalUpdate: true,
};
