import { jsonEqual } from '../json/equal';
import { isJsonObject } from '../json/own-property';
import type { JsonSchema } from './json-schema';

const NOTHING_OLD = (): undefined => undefined;

/** Finds what an element of a list was before: only where the list is a map, whose elements have keys. */
export function correlate(schema: JsonSchema, old: unknown): (element: unknown) => unknown {
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  if (schema['x-kubernetes-list-type'] !== 'map' || !Array.isArray(old)) return NOTHING_OLD;
  const before: readonly unknown[] = old;
  return (element) => before.find((candidate) => jsonEqual(keyOf(candidate, keys), keyOf(element, keys)));
}

/** The fields that tell an element of a list apart; those that are absent do not count. */
export function keyOf(element: unknown, keys: readonly string[]): Record<string, unknown> {
  if (!isJsonObject(element)) return {};
  return Object.fromEntries(keys.filter((key) => Object.hasOwn(element, key)).map((key) => [key, element[key]]));
}
