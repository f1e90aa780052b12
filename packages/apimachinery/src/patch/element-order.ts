import { isJsonObject } from '../json/own-property';
import { DIRECTIVE } from './directives';
import { badArgument, noMergeKey } from './strategic-errors';

/** What identifies an element: the value of the merge key, or the element itself in a list of scalars (an empty merge key). */
export function identityOf(element: unknown, mergeKey: string): unknown {
  if (mergeKey === '') return element;
  if (!isJsonObject(element)) throw badArgument('map[string]interface {}', element);
  if (!Object.hasOwn(element, mergeKey)) throw noMergeKey(element, mergeKey);
  return element[mergeKey];
}

/** The desired order of a merged list: who comes from the patch, and in which order patch and server have their elements. */
export interface ElementOrder {
  readonly patchOrder: readonly unknown[];
  readonly serverOrder: readonly unknown[];
  readonly mergeKey: string;
}

/**
 * Orders a merged list as upstream does: the elements named by the patch in the patch's order, those only the server has in the
 * server's, and both merged with best effort by the server's order; the patch's order counts more.
 */
export function orderElements(merged: readonly unknown[], order: ElementOrder): unknown[] {
  const { mergeKey } = order;
  const patchRanks = ranksOf(order.patchOrder, mergeKey);
  const serverRanks = ranksOf(order.serverOrder, mergeKey);
  const fromPatch = merged.filter((element) => patchRanks.has(identityOf(element, mergeKey)));
  const serverOnly = merged.filter((element) => !patchRanks.has(identityOf(element, mergeKey)));
  return mergeByRank(sortByRank(serverOnly, serverRanks, mergeKey), sortByRank(fromPatch, patchRanks, mergeKey), (element) =>
    serverRanks.get(identityOf(element, mergeKey)),
  );
}

function ranksOf(list: readonly unknown[], mergeKey: string): Map<unknown, number> {
  const ranks = new Map<unknown, number>();
  list.forEach((element, rank) => {
    const identity = identityOf(element, mergeKey);
    if (!ranks.has(identity)) ranks.set(identity, rank);
  });
  return ranks;
}

/** Elements to be deleted go last. */
function sortByRank(elements: readonly unknown[], ranks: ReadonlyMap<unknown, number>, mergeKey: string): unknown[] {
  const isDeletion = (element: unknown) => mergeKey !== '' && isJsonObject(element) && element[DIRECTIVE] === 'delete';
  const rankOf = (element: unknown) => ranks.get(identityOf(element, mergeKey)) ?? -1;
  const kept = elements.filter((element) => !isDeletion(element)).sort((a, b) => rankOf(a) - rankOf(b));
  return [...kept, ...elements.filter(isDeletion)];
}

/** Inserts each of `left` before the first of the remaining `right` that ranks after it. Both keep their order. */
function mergeByRank(
  left: readonly unknown[],
  right: readonly unknown[],
  rankOf: (element: unknown) => number | undefined,
): unknown[] {
  const merged: unknown[] = [];
  let next = 0;
  for (const element of right) {
    const rank = rankOf(element);
    while (next < left.length && isBefore(rankOf(left[next]), rank)) merged.push(left[next++]);
    merged.push(element);
  }
  return [...merged, ...left.slice(next)];
}

function isBefore(a: number | undefined, b: number | undefined): boolean {
  return a !== undefined && b !== undefined && a < b;
}
