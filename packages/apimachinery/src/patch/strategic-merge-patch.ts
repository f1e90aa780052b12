import { isJsonObject, setOwn } from '../json/own-property';
import { goValueKind } from '../schema/go-type';
import type { Schema } from '../schema/schema';
import { checkPatchDepth } from './depth';
import {
  DELETE_FROM_LIST,
  DIRECTIVE,
  NOTHING,
  RETAIN_KEYS,
  SET_ELEMENT_ORDER,
  listNameOf,
  withoutDirectives,
} from './directives';
import { goTypeOf } from './go-format';
import { listPatchMeta, mapPatchMeta } from './patch-meta';
import { PatchError } from './patch-error';
import { orderByDirective } from './set-element-order';
import { badPatchType, badRetainKeys } from './strategic-errors';
import { mergeLists } from './strategic-list';

type JsonMap = Record<string, unknown>;

/**
 * Applies a strategic merge patch as upstream's StrategicMergeMapPatch does: maps merge, null deletes, lists merge by the patch
 * strategy and merge key of their schema or else are replaced; `$patch`, `$retainKeys`, `$setElementOrder/LIST` and
 * `$deleteFromPrimitiveList/LIST` direct it. No argument is changed; the result may share parts with the original and the patch.
 *
 * @param original an object that fits the schema.
 * @throws PatchError: 400 for a patch of wrong form, 422 for lists of lists, 500 for whatever else upstream cannot merge.
 */
export function strategicMergePatch(original: JsonMap, patch: unknown, schema: Schema): JsonMap {
  if (patch === null) return original;
  if (!isJsonObject(patch)) {
    throw new PatchError(400, `json: cannot unmarshal ${goValueKind(patch)} into Go value of type map[string]interface {}`);
  }
  checkPatchDepth(patch);
  return mergeMaps(original, patch, schema);
}

function mergeMaps(original: JsonMap, patch: JsonMap, schema: Schema): JsonMap {
  if (Object.hasOwn(patch, DIRECTIVE)) return followDirective(patch);
  const rest = { ...patch };
  const result = retainKeys(original, rest);
  orderLists(result, rest, schema);
  for (const key of Object.keys(rest)) mergeField(result, key, rest[key], schema);
  return result;
}

function followDirective(patch: JsonMap): JsonMap {
  const { [DIRECTIVE]: directive, ...rest } = patch;
  if (directive === 'replace') return rest;
  if (directive === 'delete') return {};
  throw badPatchType(directive, patch);
}

/** A copy of the original, without the keys that `$retainKeys` does not name. Takes the directive out of the patch. */
function retainKeys(original: JsonMap, patch: JsonMap): JsonMap {
  const result = { ...original };
  if (!Object.hasOwn(patch, RETAIN_KEYS)) return result;
  const names = patch[RETAIN_KEYS];
  delete patch[RETAIN_KEYS];
  if (!Array.isArray(names)) throw badRetainKeys();
  const retained = new Set<unknown>(names);
  for (const key of Object.keys(patch)) {
    const isParallelList = key.startsWith(DELETE_FROM_LIST) || key.startsWith(SET_ELEMENT_ORDER);
    if (patch[key] !== null && !isParallelList && !retained.has(key)) throw badRetainKeys();
  }
  for (const key of Object.keys(result)) if (!retained.has(key)) delete result[key];
  return result;
}

/** Merges and orders the lists that have a `$setElementOrder`, and takes both out of the patch. */
function orderLists(result: JsonMap, patch: JsonMap, schema: Schema): void {
  for (const key of Object.keys(patch)) {
    if (!key.startsWith(SET_ELEMENT_ORDER)) continue;
    const order = patch[key];
    delete patch[key];
    const name = listNameOf(key, SET_ELEMENT_ORDER);
    const lists = {
      original: Object.hasOwn(result, name) ? result[name] : undefined,
      patch: Object.hasOwn(patch, name) ? patch[name] : undefined,
    };
    const ordered = orderByDirective({ order, ...lists }, () => listPatchMeta(schema, name), mergeMaps);
    if (!ordered) continue;
    setOwn(result, name, ordered);
    delete patch[name];
  }
}

function mergeField(result: JsonMap, key: string, value: unknown, schema: Schema): void {
  const isDeletion = key.startsWith(DELETE_FROM_LIST);
  const name = (isDeletion && listNameOf(key, DELETE_FROM_LIST)) || key;
  if (value === null) {
    delete result[name];
  } else if (!Object.hasOwn(result, name) || goTypeOf(result[name]) !== goTypeOf(value)) {
    if (!isDeletion) takeOver(result, name, value);
  } else {
    setOwn(result, name, mergeSameType(result[name], value, { schema, name, isDeletion }));
  }
}

function takeOver(result: JsonMap, name: string, value: unknown): void {
  const taken = withoutDirectives(value);
  if (taken === NOTHING) delete result[name];
  else setOwn(result, name, taken);
}

interface FieldPatch {
  /** The schema of the map that the field is in. */
  readonly schema: Schema;
  readonly name: string;
  readonly isDeletion: boolean;
}

function mergeSameType(original: unknown, value: unknown, { schema, name, isDeletion }: FieldPatch): unknown {
  if (isJsonObject(original) && isJsonObject(value)) {
    const meta = mapPatchMeta(schema, name);
    return meta.strategy === 'replace' ? value : mergeMaps(original, value, meta.schema);
  }
  if (Array.isArray(original) && Array.isArray(value)) {
    const meta = listPatchMeta(schema, name);
    const merges = meta.strategy === 'merge' || isDeletion;
    return merges ? mergeLists(original, value, { schema: meta.schema, mergeKey: meta.mergeKey, isDeletion }, mergeMaps) : value;
  }
  return value;
}
