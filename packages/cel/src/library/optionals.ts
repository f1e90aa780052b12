import { fn, type Library, method } from '../env/declarations';
import { Operator } from '../syntax/operators';
import { BOOL, DYN, INT, listOf, mapOf, optionalOf, param, STRING } from '../types/cel-type';
import { CelError } from '../values/cel-error';
import { MapValue } from '../values/map-value';
import { Optional } from '../values/optional';
import { Duration, Timestamp } from '../values/time';
import { Uint } from '../values/uint';
import { isList, type Value } from '../values/value';
import { list } from './arguments';

const T = param('T');
const K = param('K');
const OPTIONAL = optionalOf(T);

/** The evaluator reads these itself. */
function builtIn(): never {
  throw new CelError('no such overload');
}

const optional = (value: Value | undefined): Optional => {
  if (!(value instanceof Optional)) throw new CelError('no such overload');
  return value;
};

function valueOf(value: Value | undefined): Value {
  const inner = optional(value).value;
  if (inner === undefined) throw new CelError('optional.none() dereference');
  return inner;
}

function unwrapAll(items: Value | undefined): Value {
  return list(items).map((item) => optional(item).value).filter((value) => value !== undefined);
}

/** Whether a value is its type's default: false, 0, empty, null. */
function isZero(value: Value): boolean {
  if (value === null || value === false || value === 0 || value === 0n || value === '') return true;
  if (value instanceof Uint) return value.value === 0n;
  if (value instanceof Duration) return value.nanos === 0n;
  if (value instanceof Timestamp) return value.nanos === 0n;
  if (value instanceof Uint8Array || isList(value)) return value.length === 0;
  if (value instanceof Optional) return value.value === undefined;
  return value instanceof MapValue && value.size === 0;
}

/** Values that may be absent: `optional.of`, `.orValue`, `.?field`, `[?index]`. */
export const OPTIONALS: Library = [
  fn('optional.of', 'optional_of', [T], OPTIONAL, (value) => Optional.of(value ?? null)),
  fn('optional.ofNonZeroValue', 'optional_ofNonZeroValue', [T], OPTIONAL, (value = null) => (isZero(value) ? Optional.none : Optional.of(value))),
  fn('optional.none', 'optional_none', [], OPTIONAL, () => Optional.none),
  method('value', 'optional_value', [OPTIONAL], T, valueOf),
  method('hasValue', 'optional_hasValue', [OPTIONAL], BOOL, (value) => optional(value).value !== undefined),
  method('or', 'optional_or_optional', [OPTIONAL, OPTIONAL], OPTIONAL, (a, b) => (optional(a).value === undefined ? optional(b) : optional(a))),
  method('orValue', 'optional_orValue_value', [OPTIONAL, T], T, (a, b) => (optional(a).value === undefined ? b : optional(a).value) ?? null),
  fn('optional.unwrap', 'optional_unwrap', [listOf(OPTIONAL)], listOf(T), unwrapAll),
  method('unwrapOpt', 'optional_unwrapOpt', [listOf(OPTIONAL)], listOf(T), unwrapAll),
  fn(Operator.optionalSelect, 'select_optional_field', [DYN, STRING], optionalOf(DYN), builtIn),
  fn(Operator.optionalIndex, 'list_optindex_optional_int', [listOf(T), INT], OPTIONAL, builtIn),
  fn(Operator.optionalIndex, 'optional_list_optindex_optional_int', [optionalOf(listOf(T)), INT], OPTIONAL, builtIn),
  fn(Operator.optionalIndex, 'map_optindex_optional_value', [mapOf(K, T), K], OPTIONAL, builtIn),
  fn(Operator.optionalIndex, 'optional_map_optindex_optional_value', [optionalOf(mapOf(K, T)), K], OPTIONAL, builtIn),
  fn(Operator.index, 'optional_list_index_int', [optionalOf(listOf(T)), INT], OPTIONAL, builtIn),
  fn(Operator.index, 'optional_map_index_value', [optionalOf(mapOf(K, T)), K], OPTIONAL, builtIn),
];
