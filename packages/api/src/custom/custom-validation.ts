import { compileStructuralValidation, type FieldError, fieldErrorMessage, type JsonSchema, type KubeObject } from '@typekube/apimachinery';
import { cel } from '../shared/cel/cel';
import type { apiextensionsv1 } from '../types';
import { scaleErrors } from './scale-rules';

type ScalePaths = apiextensionsv1.CustomResourceSubresourceScale;

interface CustomValidation {
  /** What is wrong with an object, which `old` was before. */
  validate(object: KubeObject, old?: KubeObject): FieldError[];
  /** What was wrong with an object that was just validated, and is let be as it was so before. */
  warnings(object: object): string[];
}

/** Errors after which rules would say things of values that cannot be. */
const BLOCKING: ReadonlySet<string> = new Set([
  'FieldValueNotSupported', 'FieldValueRequired', 'FieldValueTooLong', 'FieldValueTooMany', 'FieldValueTypeInvalid',
]);

const NOT_CHECKED: FieldError = {
  type: 'FieldValueInvalid',
  field: '<nil>',
  badValue: null,
  detail: 'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
};

/** Validates custom objects by their schema, then by its rules (`x-kubernetes-validations`). */
export function customValidation(schema: JsonSchema, scale?: ScalePaths): CustomValidation {
  const byTypes = compileStructuralValidation(schema);
  const bySchema = scale ? (object: KubeObject, old?: object): FieldError[] => [...byTypes(object, old), ...scaleErrors(object, scale)] : byTypes;
  const byRules = JSON.stringify(schema).includes('"x-kubernetes-validations"') ? cel().compileSchemaRules(schema) : undefined;
  if (!byRules) return { validate: bySchema, warnings: () => [] };
  // The writing of an object asks for its warnings right after its errors; its metadata is the same object in all versions.
  const remarks = new WeakMap<object, string[]>();
  return {
    validate(object, old) {
      const errors = bySchema(object, old);
      if (errors.some(({ type }) => BLOCKING.has(type))) return [...errors, NOT_CHECKED];
      const found = byRules(object, old);
      remarks.set(metadataOf(object), found.ratcheted.map(fieldErrorMessage));
      return [...errors, ...found.errors];
    },
    warnings: (object) => remarks.get(metadataOf(object)) ?? [],
  };
}

function metadataOf(object: object): object {
  return 'metadata' in object && typeof object.metadata === 'object' && object.metadata !== null ? object.metadata : object;
}
