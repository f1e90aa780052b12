import { fn, type Library, method, type Overload } from '../env/declarations';
import { BOOL, BYTES, type CelType, DOUBLE, DURATION, INT, listOf, param, STRING, TIMESTAMP, UINT } from '../types/cel-type';
import { CelError } from '../values/cel-error';
import { compare } from '../values/compare';
import { equal } from '../values/equal';
import { Duration } from '../values/time';
import { Uint } from '../values/uint';
import type { Value } from '../values/value';
import { double, duration, int, list, uint } from './arguments';
import { int64, uint64 } from './numbers';
import { durationOf } from './time-texts';

const T = param('T');

const COMPARABLE: readonly (readonly [string, CelType])[] = [
  ['int', INT], ['uint', UINT], ['double', DOUBLE], ['bool', BOOL], ['duration', DURATION], ['timestamp', TIMESTAMP], ['string', STRING], ['bytes', BYTES],
];

interface Summable {
  readonly name: string;
  readonly type: CelType;
  readonly zero: Value;
  readonly add: (a: Value, b: Value) => Value;
}

const SUMMABLE: readonly Summable[] = [
  { name: 'int', type: INT, zero: 0n, add: (a, b) => int64(int(a) + int(b)) },
  { name: 'uint', type: UINT, zero: new Uint(0n), add: (a, b) => uint64(uint(a) + uint(b)) },
  { name: 'double', type: DOUBLE, zero: 0, add: (a, b) => double(a) + double(b) },
  { name: 'duration', type: DURATION, zero: new Duration(0n), add: (a, b) => durationOf(duration(a) + duration(b)) },
];

function isSorted(items: readonly Value[]): boolean {
  return items.every((item, i) => i === 0 || compare(items[i - 1] ?? null, item) <= 0);
}

function extreme(items: readonly Value[], name: string, sign: 1 | -1): Value {
  const [first, ...rest] = items;
  if (first === undefined) throw new CelError(`${name} called on empty list`);
  return rest.reduce((best, item) => (compare(item, best) * sign > 0 ? item : best), first);
}

/** Kubernetes' functions of lists. */
export const LISTS: Library = [
  ...COMPARABLE.flatMap(([name, type]): Overload[] => [
    method('isSorted', `list_${name}_is_sorted_bool`, [listOf(type)], BOOL, (items) => isSorted(list(items))),
    method('min', `list_${name}_min_${name}`, [listOf(type)], type, (items) => extreme(list(items), 'min', -1)),
    method('max', `list_${name}_max_${name}`, [listOf(type)], type, (items) => extreme(list(items), 'max', 1)),
  ]),
  ...SUMMABLE.map(({ name, type, zero, add }) => method('sum', `list_${name}_sum_${name}`, [listOf(type)], type, (items) => list(items).reduce(add, zero))),
  method('indexOf', 'list_a_index_of_int', [listOf(T), T], INT, (items, item = null) => BigInt(list(items).findIndex((each) => equal(each, item)))),
  method('lastIndexOf', 'list_a_last_index_of_int', [listOf(T), T], INT, (items, item = null) => BigInt(list(items).findLastIndex((each) => equal(each, item)))),
];

const contains = (items: readonly Value[], all: readonly Value[]): boolean => all.every((item) => items.some((each) => equal(each, item)));
const SET = listOf(T);

/** ext.Sets: lists as sets. */
export const SETS: Library = [
  fn('sets.contains', 'list_sets_contains_list', [SET, SET], BOOL, (a, b) => contains(list(a), list(b))),
  fn('sets.equivalent', 'list_sets_equivalent_list', [SET, SET], BOOL, (a, b) => contains(list(a), list(b)) && contains(list(b), list(a))),
  fn('sets.intersects', 'list_sets_intersects_list', [SET, SET], BOOL, (a, b) => list(a).some((item) => list(b).some((each) => equal(each, item)))),
];
