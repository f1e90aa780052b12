import { fn, type Library, method, type Overload } from '../env/declarations';
import { BOOL, BYTES, type CelType, DOUBLE, DURATION, DYN, INT, listOf, mapOf, param, STRING, TIMESTAMP, typeOf, UINT } from '../types/cel-type';
import { CelError } from '../values/cel-error';
import { codePointLength } from '../values/code-points';
import { timestampText } from '../values/json';
import { Timestamp } from '../values/time';
import { typeName } from '../values/type-name';
import { TypeValue } from '../values/type-value';
import type { Value } from '../values/value';
import { bool, bytes, double, duration, int, list, map, text, timestamp, uint } from './arguments';
import { doubleText, doubleToInt, doubleToUint, int64, uint64 } from './numbers';
import { parseDurationText, parseTimestampText, timestampOf } from './time-texts';

const A = param('A');
const B = param('B');
const SECOND = 1_000_000_000n;

const INTEGER = /^[+-]?\d+$/;
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const BOOLS: ReadonlyMap<string, boolean> = new Map([
  ...['1', 't', 'T', 'true', 'TRUE', 'True'].map((each) => [each, true] as const),
  ...['0', 'f', 'F', 'false', 'FALSE', 'False'].map((each) => [each, false] as const),
]);

function syntaxError(fn: string, value: string): CelError {
  return new CelError(`strconv.${fn}: parsing ${JSON.stringify(value)}: invalid syntax`);
}

function parseInteger(value: string, unsigned: boolean): Value {
  const name = unsigned ? 'ParseUint' : 'ParseInt';
  if (!(unsigned ? /^\d+$/ : INTEGER).test(value)) throw syntaxError(name, value);
  const parsed = BigInt(value.replace(/^\+/, ''));
  try {
    return unsigned ? uint64(parsed) : int64(parsed);
  } catch (cause) {
    throw new CelError(`strconv.${name}: parsing ${JSON.stringify(value)}: value out of range`, { cause });
  }
}

function parseDouble(value: string): number {
  const special = /^([+-]?)(?:inf|infinity)$/i.exec(value);
  if (special) return special[1] === '-' ? -Infinity : Infinity;
  if (/^nan$/i.test(value)) return Number.NaN;
  if (!DECIMAL.test(value)) throw syntaxError('ParseFloat', value);
  return Number(value);
}

function parseBool(value: string): boolean {
  const found = BOOLS.get(value);
  if (found === undefined) throw syntaxError('ParseBool', value);
  return found;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decodeUtf8(value: Uint8Array): string {
  try {
    return utf8.decode(value);
  } catch (cause) {
    throw new CelError('invalid UTF-8 in bytes, cannot convert to string', { cause });
  }
}

/** `name(value)`, where the value is of the type already. */
function identity(name: string, id: string, type: CelType): Overload {
  return fn(name, id, [type], type, (value) => value ?? null);
}

const CONVERSIONS: Library = [
  identity('int', 'int64_to_int64', INT),
  fn('int', 'uint64_to_int64', [UINT], INT, (value) => int64(uint(value))),
  fn('int', 'double_to_int64', [DOUBLE], INT, (value) => doubleToInt(double(value))),
  fn('int', 'string_to_int64', [STRING], INT, (value) => parseInteger(text(value), false)),
  fn('int', 'timestamp_to_int64', [TIMESTAMP], INT, (value) => floorSeconds(timestamp(value))),
  fn('int', 'duration_to_int64', [DURATION], INT, (value) => duration(value)),
  identity('uint', 'uint64_to_uint64', UINT),
  fn('uint', 'int64_to_uint64', [INT], UINT, (value) => uint64(int(value))),
  fn('uint', 'double_to_uint64', [DOUBLE], UINT, (value) => doubleToUint(double(value))),
  fn('uint', 'string_to_uint64', [STRING], UINT, (value) => parseInteger(text(value), true)),
  identity('double', 'double_to_double', DOUBLE),
  fn('double', 'int64_to_double', [INT], DOUBLE, (value) => Number(int(value))),
  fn('double', 'uint64_to_double', [UINT], DOUBLE, (value) => Number(uint(value))),
  fn('double', 'string_to_double', [STRING], DOUBLE, (value) => parseDouble(text(value))),
  identity('string', 'string_to_string', STRING),
  fn('string', 'bool_to_string', [BOOL], STRING, (value) => String(bool(value))),
  fn('string', 'int64_to_string', [INT], STRING, (value) => String(int(value))),
  fn('string', 'uint64_to_string', [UINT], STRING, (value) => String(uint(value))),
  fn('string', 'double_to_string', [DOUBLE], STRING, (value) => doubleText(double(value))),
  fn('string', 'bytes_to_string', [BYTES], STRING, (value) => decodeUtf8(bytes(value))),
  fn('string', 'timestamp_to_string', [TIMESTAMP], STRING, (value) => timestampText(new Timestamp(timestamp(value)))),
  fn('string', 'duration_to_string', [DURATION], STRING, (value) => durationText(duration(value))),
  identity('bytes', 'bytes_to_bytes', BYTES),
  fn('bytes', 'string_to_bytes', [STRING], BYTES, (value) => new TextEncoder().encode(text(value))),
  identity('bool', 'bool_to_bool', BOOL),
  fn('bool', 'string_to_bool', [STRING], BOOL, (value) => parseBool(text(value))),
  identity('timestamp', 'timestamp_to_timestamp', TIMESTAMP),
  fn('timestamp', 'string_to_timestamp', [STRING], TIMESTAMP, (value) => parseTimestampText(text(value))),
  fn('timestamp', 'int64_to_timestamp', [INT], TIMESTAMP, (value) => timestampOf(int(value) * SECOND)),
  identity('duration', 'duration_to_duration', DURATION),
  fn('duration', 'string_to_duration', [STRING], DURATION, (value) => parseDurationText(text(value))),
  fn('dyn', 'to_dyn', [A], DYN, (value) => value ?? null),
  fn('type', 'type', [A], typeOf(A), (value) => new TypeValue(typeName(value ?? null))),
];

function floorSeconds(nanos: bigint): bigint {
  const seconds = nanos / SECOND;
  return nanos % SECOND < 0n ? seconds - 1n : seconds;
}

/** Seconds with decimals, as protobuf's JSON has durations. */
function durationText(nanos: bigint): string {
  const sign = nanos < 0n ? '-' : '';
  const amount = nanos < 0n ? -nanos : nanos;
  const decimals = String(amount % SECOND).padStart(9, '0').replace(/0+$/, '');
  return `${sign}${amount / SECOND}${decimals ? `.${decimals}` : ''}s`;
}

const SIZES: readonly (readonly [string, CelType, (value: Value | undefined) => number])[] = [
  ['string', STRING, (value) => codePointLength(text(value))],
  ['bytes', BYTES, (value) => bytes(value).length],
  ['list', listOf(A), (value) => list(value).length],
  ['map', mapOf(A, B), (value) => map(value).size],
];

const sizes: Library = SIZES.flatMap(([name, type, size]) => [
  fn('size', `size_${name}`, [type], INT, (value) => BigInt(size(value))),
  method('size', `${name}_size`, [type], INT, (value) => BigInt(size(value))),
]);

/** Conversions between types, and sizes. */
export const CONVERSION_FUNCTIONS: Library = [...CONVERSIONS, ...sizes];
