import type { FieldError } from '../errors/field-error';
import { isJsonObject } from '../json/own-property';
import { fieldSchema, itemSchema, type JsonSchema } from './json-schema';
import { errorAt } from './value-rules';

/** Objects within custom objects tell what they are (apiserver/schema/objectmeta). */
export function validateEmbedded(value: unknown, schema: JsonSchema | undefined, path = ''): FieldError[] {
  if (!schema) return [];
  if (Array.isArray(value)) return value.flatMap((element: unknown, i) => validateEmbedded(element, itemSchema(schema), `${path}[${i}]`));
  if (!isJsonObject(value)) return [];
  const own = schema['x-kubernetes-embedded-resource'] ? missingType(value, path) : [];
  const within = Object.keys(value).flatMap((name) => {
    return validateEmbedded(value[name], fieldSchema(schema, name), path === '' ? name : `${path}.${name}`);
  });
  return [...own, ...within];
}

function missingType(object: Readonly<Record<string, unknown>>, path: string): FieldError[] {
  return ['apiVersion', 'kind'].filter((name) => !object[name]).map((name) => errorAt('FieldValueRequired', `${path}.${name}`, undefined, 'must not be empty'));
}
