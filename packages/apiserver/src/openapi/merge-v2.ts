import { isJsonObject, jsonEqual } from '@typekube/apimachinery';
import type { JsonObject, JsonValue } from '@typekube/api';

const REFERENCE = '#/definitions/';

/**
 * A version 2 document with the paths of another server's below `/apis/` that it does not have itself, and what they refer to. A definition of the same name that
 * says something else is added under another one (kube-openapi's MergeSpecsIgnorePathConflict).
 */
export function mergeOpenAPIv2(document: JsonObject, other: JsonObject): JsonObject {
  const present = asObject(document.paths);
  const paths = Object.fromEntries(Object.entries(asObject(other.paths)).filter(([path]) => path.startsWith('/apis/') && !Object.hasOwn(present, path)));
  const definitions = asObject(document.definitions);
  const needed = definitionsOf(paths, asObject(other.definitions));
  const names = newNames(needed, definitions);
  const renamed = rename({ paths, definitions: needed }, names);
  const added = Object.fromEntries(Object.entries(asObject(renamed.definitions)).map(([name, definition]) => [names.get(name) ?? name, definition]));
  const parameters = { ...asObject(other.parameters), ...asObject(document.parameters) };
  return {
    ...document,
    paths: { ...present, ...asObject(renamed.paths) },
    definitions: { ...definitions, ...added },
    ...(Object.keys(parameters).length && { parameters }),
  };
}

/** What is referred to from there, and from that. */
function definitionsOf(paths: JsonObject, all: JsonObject): JsonObject {
  const found: Record<string, JsonValue> = {};
  const pending = referencesIn(paths);
  for (const name of pending) {
    const definition = Object.hasOwn(all, name) ? all[name] : undefined;
    if (definition === undefined) continue;
    found[name] = definition;
    for (const next of referencesIn(definition)) pending.add(next);
  }
  return found;
}

function referencesIn(value: JsonValue, into = new Set<string>()): Set<string> {
  if (Array.isArray(value)) value.forEach((each) => referencesIn(each, into));
  if (!isJsonObject(value)) return into;
  for (const [key, each] of Object.entries(value as JsonObject)) {
    if (key === '$ref' && typeof each === 'string' && each.startsWith(REFERENCE)) into.add(each.slice(REFERENCE.length));
    else if (each !== undefined) referencesIn(each, into);
  }
  return into;
}

function newNames(needed: JsonObject, present: JsonObject): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const [name, definition] of Object.entries(needed)) {
    if (!Object.hasOwn(present, name) || jsonEqual(present[name], definition)) continue;
    let number = 2;
    while (Object.hasOwn(present, `${name}_v${number}`) || Object.hasOwn(needed, `${name}_v${number}`)) number += 1;
    names.set(name, `${name}_v${number}`);
  }
  return names;
}

function rename(value: JsonObject, names: ReadonlyMap<string, string>): JsonObject {
  if (names.size === 0) return value;
  const changed = (each: JsonValue, key: string): JsonValue => {
    if (key === '$ref' && typeof each === 'string' && each.startsWith(REFERENCE)) return REFERENCE + (names.get(each.slice(REFERENCE.length)) ?? each.slice(REFERENCE.length));
    if (Array.isArray(each)) return each.map((item) => changed(item, ''));
    return isJsonObject(each) ? rename(each as JsonObject, names) : each;
  };
  return Object.fromEntries(Object.entries(value).flatMap(([key, each]) => (each === undefined ? [] : [[key, changed(each, key)]])));
}

function asObject(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? (value as JsonObject) : {};
}
