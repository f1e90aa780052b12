import { CelError } from '../values/cel-error';
import { timestampText } from '../values/json';
import { MapValue } from '../values/map-value';
import { Duration, Timestamp } from '../values/time';
import { typeName } from '../values/type-name';
import { TypeValue } from '../values/type-value';
import { Uint } from '../values/uint';
import { isList, type Value } from '../values/value';

const CLAUSE = /%(?:\.(\d+))?([\s\S]?)/g;
const DEFAULT_PRECISION = 6;
/** No number has more digits behind its point that mean something. */
const MAX_PRECISION = 100;

/** `'%s is %d'.format([a, b])`. */
export function formatText(template: string, args: readonly Value[]): string {
  let next = 0;
  const result = template.replace(CLAUSE, (_clause, precision: string | undefined, verb: string) => {
    if (verb === '%') return '%';
    const value = args[next];
    if (verb !== '' && value === undefined) throw new CelError(`index ${next} out of range`);
    next++;
    return formatOne(verb, value ?? null, precision === undefined ? DEFAULT_PRECISION : Number(precision));
  });
  if (next < args.length) throw new CelError(`too many arguments supplied to string.format (expected ${next}, got ${args.length})`);
  return result;
}

function formatOne(verb: string, value: Value, precision: number): string {
  if (precision > MAX_PRECISION) throw new CelError(`precision ${precision} exceeds maximum allowed precision ${MAX_PRECISION}`);
  switch (verb) {
    case 's':
      return asString(value);
    case 'd':
      return asDecimal(value);
    case 'f':
      return asFixed(value, precision);
    case 'e':
      return asScientific(value, precision);
    case 'b':
      return asBinary(value);
    case 'x':
    case 'X':
      return verb === 'x' ? asHex(value) : asHex(value).toUpperCase();
    case 'o':
      return asOctal(value);
    default:
      throw new CelError(`could not parse formatting clause: unrecognized formatting clause "${verb}"`);
  }
}

function wrong(clause: string, allowed: string, value: Value): CelError {
  return new CelError(`error during formatting: ${clause} clause can only be used on ${allowed}, was given ${typeName(value)}`);
}

function special(value: number): string | undefined {
  if (Number.isNaN(value)) return 'NaN';
  return Number.isFinite(value) ? undefined : value > 0 ? 'Infinity' : '-Infinity';
}

function asString(value: Value): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return special(value) ?? String(value);
  if (value instanceof Uint) return String(value.value);
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  if (value instanceof Timestamp) return timestampText(value);
  if (value instanceof Duration) return durationSeconds(value.nanos);
  if (value instanceof TypeValue) return value.name;
  if (isList(value)) return `[${value.map(asString).join(', ')}]`;
  if (value instanceof MapValue) return mapText(value);
  throw new CelError(`error during formatting: string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps, was given ${typeName(value)}`);
}

function mapText(map: MapValue): string {
  const entries = Array.from(map.keys(), (key) => [asString(key), asString(map.get(key) ?? null)] as const);
  entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${entries.map(([key, value]) => `${key}: ${value}`).join(', ')}}`;
}

function durationSeconds(nanos: bigint): string {
  const sign = nanos < 0n ? '-' : '';
  const amount = nanos < 0n ? -nanos : nanos;
  const decimals = String(amount % 1_000_000_000n).padStart(9, '0').replace(/0+$/, '');
  return `${sign}${amount / 1_000_000_000n}${decimals ? `.${decimals}` : ''}s`;
}

function asDecimal(value: Value): string {
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Uint) return String(value.value);
  const text = typeof value === 'number' ? special(value) : undefined;
  if (text !== undefined) return text;
  throw wrong('decimal', 'integers', value);
}

function numberOf(value: Value, clause: string): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Uint) return Number(value.value);
  throw wrong(clause, 'doubles', value);
}

function asFixed(value: Value, precision: number): string {
  const number = numberOf(value, 'fixed-point');
  return special(number) ?? fixed(number, precision);
}

/** Halves go to the even digit, as Go rounds; JavaScript rounds them up. */
function fixed(value: number, precision: number): string {
  const exact = Math.abs(value).toFixed(MAX_PRECISION);
  const cut = exact.length - MAX_PRECISION + precision;
  const isHalf = precision < MAX_PRECISION && /^50*$/.test(exact.slice(cut));
  const kept = exact.slice(0, precision === 0 ? cut - 1 : cut);
  return isHalf && /[02468]$/.test(kept) ? `${value < 0 ? '-' : ''}${kept}` : value.toFixed(precision);
}

function asScientific(value: Value, precision: number): string {
  const number = numberOf(value, 'scientific');
  const text = special(number);
  if (text !== undefined) return text;
  return number.toExponential(precision).replace(/e([+-])(\d)$/, 'e$10$2');
}

function integerOf(value: Value): bigint | undefined {
  if (typeof value === 'bigint') return value;
  return value instanceof Uint ? value.value : undefined;
}

function asBinary(value: Value): string {
  if (typeof value === 'boolean') return value ? '1' : '0';
  const integer = integerOf(value);
  if (integer === undefined) throw wrong('binary', 'integers and bools', value);
  return integer.toString(2);
}

function asHex(value: Value): string {
  if (typeof value === 'string') return Buffer.from(value).toString('hex');
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  const integer = integerOf(value);
  if (integer === undefined) throw wrong('hex', 'integers, byte buffers, and strings', value);
  return integer.toString(16);
}

function asOctal(value: Value): string {
  const integer = integerOf(value);
  if (integer === undefined) throw wrong('octal', 'integers', value);
  return integer.toString(8);
}
