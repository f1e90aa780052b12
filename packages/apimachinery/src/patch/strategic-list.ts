import { isJsonObject } from '../json/own-property';
import type { Schema } from '../schema/schema';
import { DIRECTIVE } from './directives';
import { identityOf, orderElements } from './element-order';
import { formatGoValue, goTypeOf } from './go-format';
import { PatchError } from './patch-error';
import { badPatchType, listOfLists, noMergeKey } from './strategic-errors';

type JsonMap = Record<string, unknown>;
export type MergeMaps = (original: JsonMap, patch: JsonMap, schema: Schema) => JsonMap;

export interface ListPatch {
  /** The schema of the elements. */
  readonly schema: Schema;
  readonly mergeKey: string;
  /** The patch is a `$deleteFromPrimitiveList`. */
  readonly isDeletion: boolean;
}

/** Merges the elements of a list that has the patch strategy `merge`. */
export function mergeLists(
  original: readonly unknown[],
  patch: readonly unknown[],
  how: ListPatch,
  mergeMaps: MergeMaps,
): unknown[] {
  if (original.length === 0 && patch.length === 0) return [];
  if (elementType(original, patch) === 'map[string]interface {}') return mergeListsOfMaps(original, patch, how, mergeMaps);
  if (how.isDeletion) {
    const deleted = new Set(patch);
    return original.filter((element) => !deleted.has(element));
  }
  const merged = [...new Set([...original, ...patch])];
  return orderElements(merged, { patchOrder: patch, serverOrder: original, mergeKey: how.mergeKey });
}

/** The one Go type of all elements. */
export function elementType(...lists: (readonly unknown[])[]): string {
  let type: string | undefined;
  for (const element of lists.flat()) {
    const current = goTypeOf(element);
    type ??= current;
    if (type === '[]interface {}') throw listOfLists();
    if (type !== current) throw new PatchError(500, `list element types are not identical: ${formatGoValue(lists)}`);
  }
  if (type === undefined) throw new PatchError(500, 'no elements in any of the given slices');
  return type;
}

function mergeListsOfMaps(
  original: readonly unknown[],
  patch: readonly unknown[],
  how: ListPatch,
  mergeMaps: MergeMaps,
): unknown[] {
  const { mergeKey, schema } = how;
  if (mergeKey === '') throw new PatchError(500, 'cannot merge lists without merge key for struct');
  const elements = patch.filter(isJsonObject);
  const plain = elements.filter((element) => !Object.hasOwn(element, DIRECTIVE));
  const { replaced, deleted } = readDirectives(elements, mergeKey);
  if (replaced) return orderElements(plain, { patchOrder: [], serverOrder: plain, mergeKey });

  const base = original.filter(isJsonObject).filter((element) => !deleted.has(element[mergeKey]));
  const merged = mergeElements(base, plain, mergeKey, (found, element) => mergeMaps(found, element, schema));
  return orderElements(merged, { patchOrder: plain, serverOrder: base, mergeKey });
}

/** Reads the `$patch` elements of a list: whether it replaces the whole list, and the merge key values it deletes. */
function readDirectives(patch: readonly JsonMap[], mergeKey: string): { replaced: boolean; deleted: ReadonlySet<unknown> } {
  let replaced = false;
  const deleted = new Set<unknown>();
  for (const element of patch) {
    if (!Object.hasOwn(element, DIRECTIVE)) continue;
    switch (element[DIRECTIVE]) {
      case 'delete':
        if (!Object.hasOwn(element, mergeKey)) throw noMergeKey(element, mergeKey);
        deleted.add(element[mergeKey]);
        break;
      case 'replace':
        replaced = true;
        break;
      case 'merge':
        throw new PatchError(500, 'merging lists cannot yet be specified in the patch');
      default:
        throw badPatchType(element[DIRECTIVE], element);
    }
  }
  return { replaced, deleted };
}

/** Merges each element of the patch into the first one with the same merge key value, or appends it. */
function mergeElements(
  base: readonly JsonMap[],
  patch: readonly JsonMap[],
  mergeKey: string,
  merge: (found: JsonMap, element: JsonMap) => JsonMap,
): JsonMap[] {
  const merged = [...base];
  const positions = new Map<unknown, number>();
  base.forEach((element, position) => {
    if (Object.hasOwn(element, mergeKey) && !positions.has(element[mergeKey])) positions.set(element[mergeKey], position);
  });
  for (const element of patch) {
    const identity = identityOf(element, mergeKey);
    const position = positions.get(identity);
    const found = position === undefined ? undefined : merged[position];
    if (position !== undefined && found) {
      merged[position] = merge(found, element);
    } else {
      positions.set(identity, merged.length);
      merged.push(element);
    }
  }
  return merged;
}
