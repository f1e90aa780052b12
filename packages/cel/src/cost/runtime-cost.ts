import { codePointLength } from '../values/code-points';
import { MapValue } from '../values/map-value';
import { OpaqueValue } from '../values/opaque-value';
import { isList, type Value } from '../values/value';
import { REGEX_LENGTH_FACTOR, STRING_TRAVERSAL_FACTOR } from './costs';

/** What one call costs, by its arguments and what it gave. */
export type CallCost = (args: readonly Value[], result: Value) => number;

/** What `size()` counts of a value; 1 for what has no size. */
export function actualSize(value: Value | undefined): number {
  if (typeof value === 'string') return codePointLength(value);
  if (value instanceof Uint8Array) return value.length;
  if (value instanceof MapValue) return value.size;
  if (value instanceof OpaqueValue) return value.size ?? 1;
  return value !== undefined && isList(value) ? value.length : 1;
}

/** The cost of going through all of a value. */
export function traversalCost(value: Value): number {
  if (typeof value === 'string') return Math.floor(Buffer.byteLength(value) * STRING_TRAVERSAL_FACTOR);
  if (value instanceof Uint8Array) return Math.floor(value.length * STRING_TRAVERSAL_FACTOR);
  if (isList(value)) return value.reduce<number>((sum, item) => sum + traversalCost(item), 0);
  if (!(value instanceof MapValue)) return 1;
  return Array.from(value.keys()).reduce<number>((sum, key) => sum + traversalCost(key) + traversalCost(value.get(key) ?? null), 0);
}

const one: CallCost = () => 1;

/** Going through the argument at a position, `times` over. */
function through(position: number, times = 1): CallCost {
  return (args) => Math.ceil(actualSize(args[position]) * times * STRING_TRAVERSAL_FACTOR);
}

const searchPattern: CallCost = ([text, source]) =>
  Math.ceil((1 + actualSize(text)) * STRING_TRAVERSAL_FACTOR) * Math.ceil(actualSize(source) * REGEX_LENGTH_FACTOR);

const wholeTraversal: CallCost = ([first]) => (first === undefined ? 0 : traversalCost(first));

const comparison: CallCost = ([a, b]) => Math.ceil(Math.min(actualSize(a), actualSize(b)) * STRING_TRAVERSAL_FACTOR);

const concatenation: CallCost = ([a, b]) => Math.ceil((actualSize(a) + actualSize(b)) * STRING_TRAVERSAL_FACTOR);

const containsString: CallCost = ([a, b]) =>
  Math.ceil(actualSize(a) * STRING_TRAVERSAL_FACTOR) * Math.ceil(actualSize(b) * STRING_TRAVERSAL_FACTOR);

const membership: CallCost = ([, items]) => actualSize(items);

const productOfLists: CallCost = ([a, b]) => actualSize(a) * actualSize(b);

/** Comparing the addresses of a network; `parsed` where the other has to be read first. */
function containment(withMask: boolean, parsed: boolean): CallCost {
  return ([network, other]) => {
    const size = actualSize(network);
    return (
      Math.ceil(2 * size * STRING_TRAVERSAL_FACTOR) +
      (withMask ? Math.ceil(size * STRING_TRAVERSAL_FACTOR) + 1 : 0) +
      (parsed ? Math.ceil(actualSize(other) * STRING_TRAVERSAL_FACTOR) : 0)
    );
  };
}

/** Costs of whole functions (Kubernetes' libraries), whatever the overload. */
const BY_FUNCTION: ReadonlyMap<string, CallCost> = new Map<string, CallCost>([
  ['check', () => 350_000],
  ...['isSorted', 'sum', 'max', 'min', 'indexOf', 'lastIndexOf'].map((name): [string, CallCost] => [name, wholeTraversal]),
  ...['url', 'isURL', 'lowerAscii', 'upperAscii', 'substring', 'trim', 'cidr', 'isIP', 'isCIDR', 'quantity', 'isQuantity', 'semver', 'isSemver', 'jsonpatch.escapeKey'].map(
    (name): [string, CallCost] => [name, through(0)],
  ),
  ...['replace', 'split', 'ip.isCanonical'].map((name): [string, CallCost] => [name, through(0, 2)]),
  ['join', (_args, result) => Math.ceil(actualSize(result) * 2 * STRING_TRAVERSAL_FACTOR)],
  ['find', searchPattern],
  ['findAll', searchPattern],
  ['validate', through(1)],
  ['format.named', one],
  ['format', ([template]) => Math.ceil(actualSize(template) * STRING_TRAVERSAL_FACTOR)],
  ['sets.contains', productOfLists],
  ['sets.intersects', productOfLists],
  ['sets.equivalent', (args, result) => 2 * productOfLists(args, result)],
]);

/** Costs of single overloads. */
const BY_OVERLOAD: ReadonlyMap<string, CallCost> = new Map<string, CallCost>([
  ...['starts_with_string', 'ends_with_string', 'string_to_bytes', 'bytes_to_string'].map((id): [string, CallCost] => [id, through(0)]),
  ...['less', 'greater', 'less_equals', 'greater_equals'].flatMap((id): [string, CallCost][] => [
    [`${id}_string`, comparison],
    [`${id}_bytes`, comparison],
  ]),
  ['equals', comparison],
  ['not_equals', comparison],
  ['add_string', concatenation],
  ['add_bytes', concatenation],
  ['in_list', membership],
  ['matches_string', searchPattern],
  ['matches', searchPattern],
  ['contains_string', containsString],
  ['ip', through(0)],
  ['cidr_contains_ip_ip', containment(false, false)],
  ['cidr_contains_ip_string', containment(false, true)],
  ['cidr_contains_cidr', containment(true, false)],
  ['cidr_contains_cidr_string', containment(true, true)],
]);

/** What calls of an overload cost; 1 for all that do the same work whatever they are given. */
export function callCost(name: string, overloadId: string): CallCost {
  return BY_FUNCTION.get(name) ?? BY_OVERLOAD.get(overloadId) ?? one;
}
