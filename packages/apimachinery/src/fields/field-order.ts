import { parseJson } from '../json/parse';
import type { FieldKey } from './field-key';
import { type FieldSet, type FieldSetDraft, SELF } from './field-set';

/** The set with its fields in the order in which upstream writes them; the same set if they are already. */
export function inOrder(set: FieldSet): FieldSet {
  const keys = Object.keys(set);
  let isSame = true;
  for (let i = 1; i < keys.length && isSame; i += 1) isSame = !comesAfter(keys[i - 1]!, keys[i]!);
  if (!isSame) sortKeys(keys);
  const out: FieldSetDraft = {};
  for (const key of keys) {
    const child = set[key]!;
    out[key] = key === SELF ? child : inOrder(child);
    if (out[key] !== child) isSame = false;
  }
  return isSame ? set : out;
}

/** Fields, then elements by keys, by value and by place. */
const RANKS = 'fkvi';

/** Cheap where both are fields, the usual case. */
function comesAfter(a: FieldKey, b: FieldKey): boolean {
  if (a === SELF) return false;
  if (b === SELF) return true;
  return a[0] === 'f' && b[0] === 'f' ? a > b : compareKeys({ key: a }, { key: b }) > 0;
}

interface RankedKey {
  readonly key: FieldKey;
  content?: unknown;
}

function sortKeys(keys: FieldKey[]): void {
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
