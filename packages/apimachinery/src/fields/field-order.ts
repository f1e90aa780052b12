import { parseJson } from '../json/parse';
import type { FieldKey } from './field-key';
import { type FieldSet, type FieldSetDraft, SELF } from './field-set';

/** The set with its fields in the order in which upstream writes them; the same set, and nothing made anew, if they are already. */
export function inOrder(set: FieldSet): FieldSet {
  let last: FieldKey | undefined;
  let isSorted = true;
  let ordered: FieldSetDraft | undefined;
  for (const key in set) {
    if (isSorted && last !== undefined && comesAfter(last, key)) isSorted = false;
    last = key;
    if (key === SELF) continue;
    const child = set[key]!;
    const orderedChild = inOrder(child);
    if (orderedChild !== child) (ordered ??= {})[key] = orderedChild;
  }
  if (isSorted && !ordered) return set;
  const keys = Object.keys(set);
  if (!isSorted) sortKeys(keys);
  const out: FieldSetDraft = {};
  for (const key of keys) out[key] = ordered?.[key] ?? set[key]!;
  return out;
}

/** Fields, then elements by keys, by value and by place. */
const RANKS = 'fkvi';
const FIELD = RANKS.charCodeAt(0);

/** Cheap where both are fields, the usual case. */
function comesAfter(a: FieldKey, b: FieldKey): boolean {
  if (a === SELF) return false;
  if (b === SELF) return true;
  return a.charCodeAt(0) === FIELD && b.charCodeAt(0) === FIELD ? a > b : compareKeys({ key: a }, { key: b }) > 0;
}

interface RankedKey {
  readonly key: FieldKey;
  content?: unknown;
}

function sortKeys(keys: FieldKey[]): void {
  if (keys.every((key) => key === SELF || key.charCodeAt(0) === FIELD)) {
    // A point comes before any letter.
    keys.sort();
    return;
  }
  const ranked = keys.map((key): RankedKey => ({ key }));
  ranked.sort(compareKeys).forEach(({ key }, i) => (keys[i] = key));
}

function compareKeys(a: RankedKey, b: RankedKey): number {
  if (a.key === SELF || b.key === SELF) return a.key === SELF ? -1 : 1;
  const [sort, other] = [a.key[0]!, b.key[0]!];
  if (sort !== other) return RANKS.indexOf(sort) - RANKS.indexOf(other);
  if (sort === 'f') return a.key < b.key ? -1 : 1;
  return compareValues(contentOf(a), contentOf(b));
}

/** Parsed once for each sorting. */
function contentOf(ranked: RankedKey): unknown {
  return (ranked.content ??= parseJson(ranked.key.slice(2)));
}

/** structured-merge-diff's order of values: numbers, texts, booleans, the rest. */
function compareValues(a: unknown, b: unknown): number {
  const [left, right] = [rankOf(a), rankOf(b)];
  if (left !== right) return left - right;
  if (typeof a === 'object' && a !== null) return compareFields(Object.entries(a), Object.entries(b as object));
  if (a === b) return 0;
  return (a as string | number | boolean) < (b as string | number | boolean) ? -1 : 1;
}

const VALUE_RANKS: readonly string[] = ['number', 'string', 'boolean', 'object'];

function rankOf(value: unknown): number {
  return VALUE_RANKS.indexOf(typeof value === 'bigint' ? 'number' : typeof value);
}

/** Field by field, names before values; the shorter one comes first. */
function compareFields(a: [string, unknown][], b: [string, unknown][]): number {
  for (const [i, [name, value]] of a.entries()) {
    const other = b[i];
    if (!other) return 1;
    if (name !== other[0]) return name < other[0] ? -1 : 1;
    const order = compareValues(value, other[1]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}
