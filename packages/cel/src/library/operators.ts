import { fn, type Library, type Overload } from '../env/declarations';
import { Operator } from '../syntax/operators';
import { BOOL, BYTES, type CelType, DOUBLE, DURATION, INT, listOf, mapOf, param, STRING, TIMESTAMP, UINT } from '../types/cel-type';
import { AssociativeList } from '../values/associative-list';
import { CelError } from '../values/cel-error';
import { compare } from '../values/compare';
import { equal } from '../values/equal';
import { mapKey } from '../values/map-value';
import { Uint } from '../values/uint';
import type { Value } from '../values/value';
import { bool, bytes, double, duration, int, list, map, text, timestamp, uint } from './arguments';
import { int64, uint64 } from './numbers';
import { durationOf, timestampOf } from './time-texts';

const A = param('A');
const B = param('B');
const LIST = listOf(A);
const MAP = mapOf(A, B);

const ORDERED: readonly (readonly [string, CelType])[] = [
  ['bool', BOOL],
  ['int64', INT],
  ['uint64', UINT],
  ['double', DOUBLE],
  ['string', STRING],
  ['bytes', BYTES],
  ['timestamp', TIMESTAMP],
  ['duration', DURATION],
];
const NUMERIC = new Set(['int64', 'uint64', 'double']);

const ORDERINGS: readonly (readonly [string, string, (order: number) => boolean])[] = [
  [Operator.less, 'less', (order) => order < 0],
  [Operator.lessEquals, 'less_equals', (order) => order <= 0],
  [Operator.greater, 'greater', (order) => order > 0],
  [Operator.greaterEquals, 'greater_equals', (order) => order >= 0],
];

function ordering([operator, id, holds]: (typeof ORDERINGS)[number]): Overload[] {
  const call = (a: Value, b: Value): boolean => holds(compare(a, b));
  return ORDERED.flatMap(([name, type]) =>
    ORDERED.filter(([other]) => other === name || (NUMERIC.has(other) && NUMERIC.has(name))).map(([other, otherType]) =>
      fn(operator, other === name ? `${id}_${name}` : `${id}_${name}_${other}`, [type, otherType], BOOL, (a, b) => call(a ?? null, b ?? null)),
    ),
  );
}

function divisor(value: bigint, what: string): bigint {
  if (value === 0n) throw new CelError(what);
  return value;
}

function concatenated(a: readonly Value[], b: readonly Value[]): readonly Value[] {
  return a instanceof AssociativeList ? a.plus(b) : [...a, ...b];
}

/** An element of a list; numbers of any type may tell its position. */
export function elementAt(items: readonly Value[], index: Value | undefined): Value | undefined {
  const position = index === undefined ? undefined : mapKey(index);
  if (typeof position !== 'bigint') throw new CelError(`unsupported index value: ${String(index)}`);
  return position < 0n || position >= BigInt(items.length) ? undefined : items[Number(position)];
}

export function keyText(key: Value | undefined): string {
  return key instanceof Uint ? String(key.value) : String(key);
}

const arithmetic: Library = [
  fn(Operator.add, 'add_int64', [INT, INT], INT, (a, b) => int64(int(a) + int(b))),
  fn(Operator.add, 'add_uint64', [UINT, UINT], UINT, (a, b) => uint64(uint(a) + uint(b))),
  fn(Operator.add, 'add_double', [DOUBLE, DOUBLE], DOUBLE, (a, b) => double(a) + double(b)),
  fn(Operator.add, 'add_string', [STRING, STRING], STRING, (a, b) => text(a) + text(b)),
  fn(Operator.add, 'add_bytes', [BYTES, BYTES], BYTES, (a, b) => new Uint8Array(Buffer.concat([bytes(a), bytes(b)]))),
  fn(Operator.add, 'add_list', [LIST, LIST], LIST, (a, b) => concatenated(list(a), list(b))),
  fn(Operator.add, 'add_duration_duration', [DURATION, DURATION], DURATION, (a, b) => durationOf(duration(a) + duration(b))),
  fn(Operator.add, 'add_duration_timestamp', [DURATION, TIMESTAMP], TIMESTAMP, (a, b) => timestampOf(duration(a) + timestamp(b))),
  fn(Operator.add, 'add_timestamp_duration', [TIMESTAMP, DURATION], TIMESTAMP, (a, b) => timestampOf(timestamp(a) + duration(b))),
  fn(Operator.subtract, 'subtract_int64', [INT, INT], INT, (a, b) => int64(int(a) - int(b))),
  fn(Operator.subtract, 'subtract_uint64', [UINT, UINT], UINT, (a, b) => uint64(uint(a) - uint(b))),
  fn(Operator.subtract, 'subtract_double', [DOUBLE, DOUBLE], DOUBLE, (a, b) => double(a) - double(b)),
  fn(Operator.subtract, 'subtract_duration_duration', [DURATION, DURATION], DURATION, (a, b) => durationOf(duration(a) - duration(b))),
  fn(Operator.subtract, 'subtract_timestamp_duration', [TIMESTAMP, DURATION], TIMESTAMP, (a, b) => timestampOf(timestamp(a) - duration(b))),
  fn(Operator.subtract, 'subtract_timestamp_timestamp', [TIMESTAMP, TIMESTAMP], DURATION, (a, b) => durationOf(timestamp(a) - timestamp(b))),
  fn(Operator.multiply, 'multiply_int64', [INT, INT], INT, (a, b) => int64(int(a) * int(b))),
  fn(Operator.multiply, 'multiply_uint64', [UINT, UINT], UINT, (a, b) => uint64(uint(a) * uint(b))),
  fn(Operator.multiply, 'multiply_double', [DOUBLE, DOUBLE], DOUBLE, (a, b) => double(a) * double(b)),
  fn(Operator.divide, 'divide_int64', [INT, INT], INT, (a, b) => int64(int(a) / divisor(int(b), 'division by zero'))),
  fn(Operator.divide, 'divide_uint64', [UINT, UINT], UINT, (a, b) => uint64(uint(a) / divisor(uint(b), 'division by zero'))),
  fn(Operator.divide, 'divide_double', [DOUBLE, DOUBLE], DOUBLE, (a, b) => double(a) / double(b)),
  fn(Operator.modulo, 'modulo_int64', [INT, INT], INT, (a, b) => int64(int(a) % divisor(int(b), 'modulus by zero'))),
  fn(Operator.modulo, 'modulo_uint64', [UINT, UINT], UINT, (a, b) => uint64(uint(a) % divisor(uint(b), 'modulus by zero'))),
  fn(Operator.negate, 'negate_int64', [INT], INT, (a) => int64(-int(a))),
  fn(Operator.negate, 'negate_double', [DOUBLE], DOUBLE, (a) => -double(a)),
];

/** Built into the evaluator: parts of these are not always evaluated, or what they give depends on more than types. */
function builtIn(): never {
  throw new CelError('no such overload');
}

const logic: Library = [
  fn(Operator.and, 'logical_and', [BOOL, BOOL], BOOL, builtIn),
  fn(Operator.or, 'logical_or', [BOOL, BOOL], BOOL, builtIn),
  fn(Operator.conditional, 'conditional', [BOOL, A, A], A, builtIn),
  fn(Operator.notStrictlyFalse, 'not_strictly_false', [BOOL], BOOL, builtIn),
  fn(Operator.not, 'logical_not', [BOOL], BOOL, (a) => !bool(a)),
  fn(Operator.equals, 'equals', [A, A], BOOL, (a, b) => equal(a ?? null, b ?? null)),
  fn(Operator.notEquals, 'not_equals', [A, A], BOOL, (a, b) => !equal(a ?? null, b ?? null)),
];

const containers: Library = [
  fn(Operator.in, 'in_list', [A, LIST], BOOL, (a, items) => list(items).some((item) => equal(a ?? null, item))),
  fn(Operator.in, 'in_map', [A, MAP], BOOL, (key, entries) => map(entries).has(key ?? null)),
  fn(Operator.index, 'index_list', [LIST, INT], A, builtIn),
  fn(Operator.index, 'index_map', [MAP, A], B, builtIn),
];

/** The operators of the language. */
export const OPERATORS: Library = [...logic, ...ORDERINGS.flatMap(ordering), ...arithmetic, ...containers];
