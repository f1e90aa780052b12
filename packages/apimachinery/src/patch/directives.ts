import { isJsonObject, setOwn } from '../json/own-property';
import { badPrimitiveList, badSetElementOrderList } from './strategic-errors';

/** `$patch: replace` and `$patch: delete` tell what becomes of the map they stand in. */
export const DIRECTIVE = '$patch';
/** `$retainKeys: [a, b]` clears all other keys of the map. */
export const RETAIN_KEYS = '$retainKeys';
/** `$deleteFromPrimitiveList/finalizers: [a]` removes scalars from a list. */
export const DELETE_FROM_LIST = '$deleteFromPrimitiveList';
/** `$setElementOrder/containers: [{name: a}]` tells the order of a merged list. */
export const SET_ELEMENT_ORDER = '$setElementOrder';

/** The name of the list that a parallel list such as `$setElementOrder/containers` is about. */
export function listNameOf(key: string, prefix: typeof DELETE_FROM_LIST | typeof SET_ELEMENT_ORDER): string {
  if (key.startsWith(`${prefix}/`)) return key.slice(prefix.length + 1);
  throw prefix === DELETE_FROM_LIST ? badPrimitiveList() : badSetElementOrderList();
}

/** What `withoutDirectives` gives for a map that is itself a directive. */
export const NOTHING = Symbol('nothing');

/** A value of a patch as it is taken over where there is nothing to merge with: without nulls in maps and without directives. */
export function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDirectives).filter((element) => element !== NOTHING);
  if (!isJsonObject(value)) return value;
  // Upstream drops nulls first, so a null `$patch` is no directive here.
  if (Object.hasOwn(value, DIRECTIVE) && value[DIRECTIVE] !== null) return NOTHING;
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    if (value[key] === null) continue;
    const kept = withoutDirectives(value[key]);
    if (kept !== NOTHING) setOwn(result, key, kept);
  }
  return result;
}
