import { canonicalQuantity } from '../quantity/quantity';
import { canonicalDuration } from '../time/duration';
import { canonicalMicroTime, canonicalTime } from '../time/time';
import { canonicalBase64 } from './base64';
import type { DecodeContext } from './decode-context';
import { DecodeError } from './decode-error';
import { goValueKind } from './go-type';
import type { Schema } from './schema';

/** Brings a value that is not null to its canonical form, in place where it is an object or an array. */
export type Decoder = (value: unknown, context: DecodeContext) => unknown;

const LARGEST_INT64 = 2n ** 63n - 1n;
const SMALLEST_INT64 = -(2n ** 63n);
/** Most quantities in use are canonical as they stand: too small for a larger suffix, too large for a smaller one. */
const CANONICAL_QUANTITY = /^(?:0|[1-9]\d{0,2}(?:[numkMGTP]|[KMGTP]i)?)$/;
/** Most times are, too: in UTC, on a day that every month has. */
const CANONICAL_TIME = /^[12]\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/;
/** Go's zero time, which it encodes as null. */
const ZERO_TIME = /^0001-01-01T00:00:00(?:\.0+)?Z$/;
const QUANTITY_FORMAT = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

/** The decoder of a schema that is neither an object nor an array. */
export function scalarDecoder(schema: Schema): Decoder {
  switch (schema.type) {
    case 'string':
      return stringDecoder(schema);
    case 'integer':
      return schema.format === 'int32' ? int32Decoder(schema) : int64Decoder(schema);
    case 'number':
      return numberDecoder(schema);
    case 'boolean':
      return (value, context) => {
        if (typeof value !== 'boolean') context.reportMismatch(value, schema);
        return value;
      };
    case 'int-or-string':
      return decodeIntOrString;
    default:
      return (value) => value;
  }
}

/** What Go encodes for a scalar that was never set; undefined for objects, arrays and free values. */
export function zeroScalar(schema: Schema): string | number | boolean | null | undefined {
  switch (schema.type) {
    case 'string':
      return zeroString(schema);
    case 'integer':
    case 'number':
    case 'int-or-string':
      return 0;
    case 'boolean':
      return false;
    default:
      return undefined;
  }
}

function zeroString(schema: Schema): string | null {
  switch (schema.format) {
    case 'quantity':
      return '0';
    case 'duration':
      return '0s';
    case 'date-time':
    case 'micro-time':
    case 'byte':
      return null;
    default:
      return '';
  }
}

function stringDecoder(schema: Schema): Decoder {
  switch (schema.format) {
    case 'quantity':
      return decodeQuantity;
    case 'date-time':
      return textDecoder((text) => (CANONICAL_TIME.test(text) ? text : nullIfZero(canonicalTime(text))));
    case 'micro-time':
      return textDecoder((text) => nullIfZero(canonicalMicroTime(text)));
    case 'duration':
      return textDecoder(canonicalDuration);
    case 'byte':
      return byteDecoder(schema);
    default:
      return (value, context) => {
        if (typeof value !== 'string') context.reportMismatch(value, schema);
        return value;
      };
  }
}

function int32Decoder(schema: Schema): Decoder {
  return (value, context) => {
    if (typeof value === 'number' && (value | 0) === value) return value;
    context.reportMismatch(value, schema);
    return value;
  };
}

/** Integers beyond 2^53 stay the bigints that `parseJson` made of them. */
function int64Decoder(schema: Schema): Decoder {
  return (value, context) => {
    const fits = typeof value === 'bigint' ? value >= SMALLEST_INT64 && value <= LARGEST_INT64 : Number.isSafeInteger(value);
    if (!fits) context.reportMismatch(value, schema);
    return value;
  };
}

function numberDecoder(schema: Schema): Decoder {
  return (value, context) => {
    if (typeof value === 'bigint') return Number(value);
    if (typeof value !== 'number') context.reportMismatch(value, schema);
    return value;
  };
}

/** An IntOrString decodes itself in Go: its errors end the decoding, and do not name the field. */
function decodeIntOrString(value: unknown): unknown {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' && (value | 0) === value) return value;
  const literal = typeof value === 'number' || typeof value === 'bigint' ? ` ${value}` : '';
  throw new DecodeError(`json: cannot unmarshal ${goValueKind(value)}${literal} into Go value of type int32`);
}

function decodeQuantity(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return CANONICAL_QUANTITY.test(value) ? value : ownWords(() => canonicalQuantity(value));
    case 'number':
      return ownWords(() => canonicalQuantity(value));
    case 'bigint':
      return ownWords(() => canonicalQuantity(value.toString()));
    default:
      throw new DecodeError(QUANTITY_FORMAT);
  }
}

/** Times and durations decode themselves in Go: their errors end the decoding. */
function textDecoder(canonical: (text: string) => string | null): Decoder {
  return (value) => {
    if (typeof value !== 'string') {
      throw new DecodeError(`json: cannot unmarshal ${goValueKind(value)} into Go value of type string`);
    }
    return ownWords(() => canonical(value));
  };
}

function nullIfZero(time: string): string | null {
  return ZERO_TIME.test(time) ? null : time;
}

function byteDecoder(schema: Schema): Decoder {
  return (value, context) => {
    if (typeof value !== 'string') {
      context.reportMismatch(value, schema);
      return value;
    }
    try {
      return canonicalBase64(value);
    } catch (error) {
      context.reportError(messageOf(error));
      return value;
    }
  };
}

function ownWords<T>(decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    throw new DecodeError(messageOf(error), { cause: error });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
