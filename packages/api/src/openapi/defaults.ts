import { loadSchemaFile, type Facts } from '../schemas/schema-file';
import type { JsonValue } from './json';

const ZEROS: Readonly<Record<string, JsonValue>> = { string: '', integer: 0, number: 0, boolean: false };

const METADATA = /^@io\.k8s\.apimachinery\.pkg\.apis\.meta\.v1\.(?:Object|List)Meta$/;

/** Kinds whose status is a pointer in Go: absent means that there is none yet. */
const POINTER_STATUS: readonly string[] = ['io.k8s.api.resource.v1alpha3.ResourcePoolStatusRequest'];

/**
 * What OpenAPI v3 shows as the default of a field: the default that the API states, else the zero value where the field is always
 * written. Types with a text form of their own (times, quantities) have none, nor do bytes, lists and maps.
 */
export function defaultOf(facts: Facts & { readonly type: string }): JsonValue | undefined {
  if (facts.default !== undefined) return facts.default;
  if (!facts.required && !METADATA.test(facts.type)) return undefined;
  if (facts.type.startsWith('@')) return isStruct(facts.type) ? {} : undefined;
  return facts.type === 'string:byte' ? undefined : ZEROS[facts.type.split(':')[0] ?? ''];
}

/** Whether a field is the spec or the status of a kind, which Go always writes, be they required or not. */
export function isSpecOrStatus(definition: string, field: string): boolean {
  const entry = loadSchemaFile()[definition];
  if (typeof entry !== 'object' || entry.kinds === undefined) return false;
  return field === 'spec' || (field === 'status' && !POINTER_STATUS.includes(definition));
}

function isStruct(type: string): boolean {
  return typeof loadSchemaFile()[type.slice(1)] === 'object';
}
