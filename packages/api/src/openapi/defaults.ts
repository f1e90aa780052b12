import { loadSchemaFile, type Facts } from '../schemas/schema-file';
import type { JsonValue } from './json';

const ZEROS: Readonly<Record<string, JsonValue>> = { string: '', integer: 0, number: 0, boolean: false };

/**
 * What OpenAPI v3 shows as the default of a field: the default that the API states, else the zero value where the field is always
 * written. Types with a text form of their own (times, quantities) have none, nor do bytes, lists and maps.
 */
export function defaultOf(facts: Facts & { readonly type: string }): JsonValue | undefined {
  if (facts.default !== undefined) return facts.default;
  if (!facts.required) return undefined;
  if (facts.type.startsWith('@')) return typeof loadSchemaFile()[facts.type.slice(1)] === 'object' ? {} : undefined;
  if (facts.type === 'string:byte') return undefined;
  return ZEROS[facts.type.split(':')[0] ?? ''];
}
