import { type FieldError, type JsonSchema, jsonEqual, type KubeObject } from '@typekube/apimachinery';
import { customValidation } from './custom-validation';
import type { Strategy } from '../registry/resource-definition';
import { deriveStatusStrategy, keepField } from '../registry/status-strategy';
import type { apiextensionsv1 } from '../types';
import { finalizerWarnings } from './finalizer-warnings';

interface CustomObject extends KubeObject {
  status?: unknown;
}

/** What sets the writes of one version apart. */
export interface CustomRules {
  readonly apiVersion: string;
  readonly schema: JsonSchema;
  readonly hasStatus: boolean;
  readonly scale: apiextensionsv1.CustomResourceSubresourceScale | undefined;
  /** A webhook brings objects of other versions to the form that is stored: they were held to their schema before. */
  readonly isConverted: boolean;
}

/** How custom objects are written (customresource.Strategy). */
export function customStrategy({ apiVersion, schema, hasStatus, scale, isConverted }: CustomRules): Strategy<CustomObject> {
  const validator = lazily(() => customValidation(schema, scale));
  // Objects come in the form of the storage version: the schema is that of the version that is written.
  const inVersion = (object: CustomObject): CustomObject => (object.apiVersion === apiVersion ? object : { ...object, apiVersion });
  const isElsewhere = (object: CustomObject): boolean => isConverted && object.apiVersion !== apiVersion;
  return {
    prepareForCreate(object) {
      if (hasStatus) delete object.status;
    },
    prepareForUpdate(object, old) {
      if (hasStatus) keepField(object, old, 'status');
      else if (!jsonEqual(object.status, old.status)) object.metadata.generation = (old.metadata.generation ?? 0) + 1;
    },
    validate: (object): FieldError[] => (isElsewhere(object) ? [] : validator().validate(inVersion(object))),
    validateUpdate: (object, old): FieldError[] => (isElsewhere(object) ? [] : validator().validate(inVersion(object), inVersion(old))),
    warningsOnCreate: (object): string[] => finalizerWarnings(object.metadata),
    warningsOnUpdate: (object, old): string[] => [...finalizerWarnings(object.metadata, old.metadata), ...validator().warnings(object)],
    tracksGeneration: true,
    allowCreateOnUpdate: false,
    allowUnconditionalUpdate: false,
  };
}

export function customStatusStrategy(main: Strategy<CustomObject>): Strategy<CustomObject> {
  return deriveStatusStrategy(main, {
    metadata: 'kept',
    validateUpdate: (object, old, context) => (main.validateUpdate?.(object, old, context) ?? []).map(seenFromStatus),
    warningsOnUpdate: (object, old) => main.warningsOnUpdate?.(object, old) ?? [],
  });
}

/** Upstream's schema of a status begins at the status. */
function seenFromStatus(error: FieldError): FieldError {
  const isSchemaError = error.field.startsWith('status.') && error.detail.startsWith(`${error.field} in body`);
  return isSchemaError ? { ...error, detail: error.detail.slice('status.'.length) } : error;
}

/** Compiled at the first write: most servers see more definitions than objects. */
export function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
