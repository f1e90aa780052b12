import { isJsonObject } from '../json/own-property';
import { DIRECTIVE, SET_ELEMENT_ORDER, withoutDirectives } from './directives';
import { identityOf, orderElements } from './element-order';
import { formatGoValue } from './go-format';
import type { PatchMeta } from './patch-meta';
import { PatchError } from './patch-error';
import { badArgument } from './strategic-errors';
import { type MergeMaps, elementType, mergeLists } from './strategic-list';

export interface OrderedLists {
  /** The value of the `$setElementOrder` directive. */
  readonly order: unknown;
  /** The list as it is; undefined if there is none. */
  readonly original: unknown;
  /** The list in the patch; undefined if it holds none. */
  readonly patch: unknown;
}

/**
 * Merges a list and brings it into the order that `$setElementOrder` gives; elements it does not name keep their place with
 * best effort. Undefined if neither the original nor the patch has the list.
 */
export function orderByDirective(lists: OrderedLists, lookUp: () => PatchMeta, mergeMaps: MergeMaps): unknown[] | undefined {
  const order = requireList(lists.order);
  const original = lists.original === undefined ? undefined : requireList(lists.original);
  const patch = lists.patch === undefined ? undefined : requireList(lists.patch);
  const meta = lookUp();
  const { mergeKey } = meta;
  checkSubsequence(patch ?? [], order, mergeKey);
  if (!original && !patch) return undefined;

  const merged = mergeBoth(original, patch, meta, mergeMaps);
  elementType(original ?? [], patch ?? []);
  return orderElements(merged, { patchOrder: order, serverOrder: original ?? [], mergeKey });
}

function mergeBoth(
  original: readonly unknown[] | undefined,
  patch: readonly unknown[] | undefined,
  { schema, mergeKey, strategy }: PatchMeta,
  mergeMaps: MergeMaps,
): readonly unknown[] {
  if (!patch) return original ?? [];
  const added = () => patch.map(withoutDirectives).filter((element) => typeof element !== 'symbol');
  if (!original) return added();
  return strategy === 'merge' ? mergeLists(original, patch, { schema, mergeKey, isDeletion: false }, mergeMaps) : patch;
}

/** The list in the patch (deletions apart) must name no element that the order does not, and in no other order. */
function checkSubsequence(patch: readonly unknown[], order: readonly unknown[], mergeKey: string): void {
  if (patch.length === 0 || order.length === 0) return;
  const elements = mergeKey === '' ? patch : patch.filter((element) => !isDeletion(element));
  let next = 0;
  for (const ordered of order) {
    while (next < elements.length && hasDirective(elements[next])) next++;
    if (next >= elements.length) return;
    if (identityOf(elements[next], mergeKey) === identityOf(ordered, mergeKey)) next++;
  }
  if (next >= elements.length) return;
  const [given, wanted] = [formatGoValue(patch), formatGoValue(order)];
  throw new PatchError(500, `the order in patch list:\n${given}\n doesn't match ${SET_ELEMENT_ORDER} list:\n${wanted}`);
}

function isDeletion(element: unknown): boolean {
  if (!isJsonObject(element)) throw badArgument('map[string]interface {}', element);
  return element[DIRECTIVE] === 'delete';
}

function hasDirective(element: unknown): boolean {
  return isJsonObject(element) && Object.hasOwn(element, DIRECTIVE);
}

function requireList(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw badArgument('[]interface {}', value);
  return value;
}
