import { isJsonObject, setOwn } from '../json/own-property';
import { jsonEqual } from '../json/equal';
import { goValueKind } from '../schema/go-type';
import { checkPatchDepth } from './depth';
import { PatchError } from './patch-error';

/**
 * Applies a JSON merge patch (RFC 7386) as evanphx/json-patch v4 does: null deletes, objects merge, everything else replaces;
 * nulls inside of what is added are dropped. Neither argument is changed; the result may share parts with both.
 *
 * @throws PatchError 400 when the patch is not an object.
 */
export function applyMergePatch(original: unknown, patch: unknown): unknown {
  if (patch === null) throw new PatchError(400, 'Invalid JSON Patch');
  if (!isJsonObject(patch)) {
    const kind = goValueKind(patch);
    throw new PatchError(
      400,
      `error decoding patch: json: cannot unmarshal ${kind} into Go value of type map[string]interface {}`,
    );
  }
  checkPatchDepth(patch);
  return isJsonObject(original) ? merge(original, patch) : pruneNulls(patch);
}

function merge(original: Record<string, unknown>, patch: Record<string, unknown>): Record<string, unknown> {
  const result = { ...original };
  for (const key of Object.keys(patch)) {
    const value = patch[key];
    if (value === null) delete result[key];
    else setOwn(result, key, mergeValue(Object.hasOwn(result, key) ? result[key] : null, value));
  }
  return result;
}

function mergeValue(current: unknown, value: unknown): unknown {
  if (!isJsonObject(current)) return pruneNulls(value);
  return isJsonObject(value) ? merge(current, value) : value;
}

function pruneNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pruneNulls);
  if (!isJsonObject(value)) return value;
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    if (value[key] !== null) setOwn(result, key, pruneNulls(value[key]));
  }
  return result;
}

/**
 * The JSON merge patch that makes `modified` of `original`, as jsonpatch.CreateMergePatch. Exact when `modified` holds no null:
 * a merge patch cannot set one.
 */
export function createTwoWayMergePatch(
  original: Readonly<Record<string, unknown>>,
  modified: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const patch: Record<string, unknown> = {};
  for (const key of Object.keys(original)) {
    if (!Object.hasOwn(modified, key)) setOwn(patch, key, null);
  }
  for (const key of Object.keys(modified)) {
    const after = modified[key];
    const before = Object.hasOwn(original, key) ? original[key] : undefined;
    if (isJsonObject(before) && isJsonObject(after)) {
      const nested = createTwoWayMergePatch(before, after);
      if (Object.keys(nested).length > 0) setOwn(patch, key, nested);
    } else if (!jsonEqual(before, after)) {
      setOwn(patch, key, after);
    }
  }
  return patch;
}
