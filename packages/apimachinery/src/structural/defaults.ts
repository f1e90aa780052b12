import { isJsonObject } from '../json/own-property';
import { fieldSchema, itemSchema, type JsonSchema } from './json-schema';

/**
 * Sets, in place, the defaults of a schema where a field is absent, or null where it must not be (apiserver/schema/defaulting). A null that may not be
 * and has no default goes. Returns whether anything changed.
 */
export function setStructuralDefaults(value: unknown, schema: JsonSchema | undefined): boolean {
  if (!schema) return false;
  if (Array.isArray(value)) return defaultElements(value, itemSchema(schema));
  return isJsonObject(value) && defaultFields(value, schema);
}

function defaultElements(elements: unknown[], schema: JsonSchema | undefined): boolean {
  let changed = false;
  elements.forEach((element, i) => {
    if (element === null && schema && !schema.nullable && schema.default !== undefined) {
      elements[i] = structuredClone(schema.default);
      changed = true;
    }
    changed = setStructuralDefaults(elements[i], schema) || changed;
  });
  return changed;
}

function defaultFields(object: Record<string, unknown>, schema: JsonSchema): boolean {
  let changed = false;
  for (const name of Object.keys(object)) {
    const field = fieldSchema(schema, name);
    if (object[name] !== null || !field || field.nullable) continue;
    if (field.default === undefined) delete object[name];
    else object[name] = structuredClone(field.default);
    changed = true;
  }
  const { properties = {} } = schema;
  for (const name of Object.keys(properties)) {
    const fallback = properties[name]?.default;
    if (fallback === undefined || Object.hasOwn(object, name)) continue;
    object[name] = structuredClone(fallback);
    changed = true;
  }
  for (const name of Object.keys(object)) changed = setStructuralDefaults(object[name], fieldSchema(schema, name)) || changed;
  return changed;
}
