import type { FieldError } from '../errors/field-error';
import { encodeJson } from '../json/encode';
import { jsonEqual } from '../json/equal';
import { isJsonObject } from '../json/own-property';
import { correlate, keyOf } from './correlate';
import { fieldSchema, itemSchema, type JsonSchema } from './json-schema';
import { errorAt } from './value-rules';

/** Elements that stand twice in a list that is a set or a map (apiserver/schema/listtype). What has not changed is not looked at. */
export function validateListTypes(value: unknown, schema: JsonSchema | undefined, old?: unknown, path = ''): FieldError[] {
  if (!schema || (old !== undefined && jsonEqual(value, old))) return [];
  if (Array.isArray(value)) {
    const items = itemSchema(schema);
    const oldOf = correlate(schema, old);
    const within = value.flatMap((element: unknown, i) => validateListTypes(element, items, oldOf(element), `${path}[${i}]`));
    return [...duplicates(value, schema, path), ...within];
  }
  if (!isJsonObject(value)) return [];
  const before = isJsonObject(old) ? old : {};
  return Object.keys(value).flatMap((name) => {
    return validateListTypes(value[name], fieldSchema(schema, name), before[name], path === '' ? name : `${path}.${name}`);
  });
}

function duplicates(list: readonly unknown[], schema: JsonSchema, path: string): FieldError[] {
  const type = schema['x-kubernetes-list-type'];
  if (type !== 'set' && type !== 'map') return [];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const seen = new Set<string>();
  return list.flatMap((element, i) => {
    const identity = type === 'map' ? keyOf(element, keys) : element;
    const text = encodeJson(sorted(identity));
    const isKnown = seen.has(text);
    seen.add(text);
    return isKnown ? [errorAt('FieldValueDuplicate', `${path}[${i}]`, identity, '')] : [];
  });
}

/** Maps in one order of their keys, so that equal ones have one text. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
}
