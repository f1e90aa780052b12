import { parseJson } from '../json/parse';
import { canonicalQuantity } from '../quantity/quantity';
import { formatDuration } from '../time/duration';
import { formatMicroTime, formatTime } from '../time/time';
import { decodeMessage } from './decode';
import type { SchemaUnion, SpecialType } from './descriptor';
import { ProtobufError } from './protobuf-error';
import { BYTES, VARINT, WireReader } from './wire-reader';

/** The seconds of the years 1 to 9999, which is what RFC 3339 can write. */
const FIRST_SECOND = -62_135_596_800;
const LAST_SECOND = 253_402_300_799;

/** Decodes a message whose JSON is no object of its fields; undefined for a time that is not set. */
export function decodeSpecial(codec: SpecialType, reader: WireReader, depth: number): unknown {
  if (typeof codec === 'object') return decodeSchemaUnion(codec, reader, depth);
  switch (codec) {
    case 'quantity':
      return decodeQuantity(reader);
    case 'time':
      return decodeTime(reader, (date) => formatTime(date));
    case 'micro-time':
      return decodeTime(reader, (date, nanos) => formatMicroTime(date, Math.floor(nanos / 1000) % 1000));
    case 'duration':
      return formatDuration(BigInt(readFields(reader).numbers.get(1) ?? 0));
    case 'int-or-string':
      return decodeIntOrString(reader);
    case 'string-list':
      return readFields(reader).texts.filter(([number]) => number === 1).map(([, bytes]) => bytes.toString('utf8'));
    case 'json':
      return decodeJson(reader);
  }
}

interface PlainFields {
  /** The last of each number. */
  readonly numbers: ReadonlyMap<number, number | bigint>;
  readonly texts: ReadonlyArray<readonly [number: number, bytes: Buffer]>;
}

/** Reads a message of integers and byte strings. */
function readFields(reader: WireReader): PlainFields {
  const numbers = new Map<number, number | bigint>();
  const texts: [number, Buffer][] = [];
  while (reader.next()) {
    const { number, wire } = reader;
    if (wire === VARINT) numbers.set(number, reader.int64());
    else if (wire === BYTES) texts.push([number, reader.slice()]);
    else reader.skip();
  }
  return { numbers, texts };
}

function lastText({ texts }: PlainFields, number: number): Buffer | undefined {
  return texts.findLast(([each]) => each === number)?.[1];
}

/** Anything but canonical text is brought to it; an empty one means zero. */
function decodeQuantity(reader: WireReader): string {
  const text = lastText(readFields(reader), 1)?.toString('utf8') ?? '';
  return text === '' ? '0' : inOwnWords(() => canonicalQuantity(text));
}

/** A message without content is Go's zero time, which JSON leaves out. */
function decodeTime(reader: WireReader, format: (date: Date, nanos: number) => string): string | undefined {
  if (reader.done) return undefined;
  const { numbers } = readFields(reader);
  const seconds = Number(numbers.get(1) ?? 0);
  const nanos = Number(numbers.get(2) ?? 0);
  if (seconds < FIRST_SECOND || seconds > LAST_SECOND) throw new ProtobufError('time: year outside of range [0,9999]');
  if (nanos < 0 || nanos > 999_999_999) throw new ProtobufError('time: nanoseconds outside of range');
  if (seconds === FIRST_SECOND && nanos === 0) return undefined;
  return format(new Date(seconds * 1000 + Math.floor(nanos / 1_000_000)), nanos);
}

function decodeIntOrString(reader: WireReader): number | string {
  const fields = readFields(reader);
  const isString = Number(fields.numbers.get(1) ?? 0) !== 0;
  if (isString) return lastText(fields, 3)?.toString('utf8') ?? '';
  return Number(BigInt.asIntN(32, BigInt(fields.numbers.get(2) ?? 0)));
}

/** Without content it is null in Go, which decoding leaves out. */
function decodeJson(reader: WireReader): unknown {
  const text = lastText(readFields(reader), 1);
  return text === undefined || text.length === 0 ? undefined : (inOwnWords(() => parseJson(text)) ?? undefined);
}

function decodeSchemaUnion({ schemaOr, schema }: SchemaUnion, reader: WireReader, depth: number): unknown {
  const { numbers, texts } = readFields(reader);
  const decode = (bytes: Buffer): unknown => decodeMessage(schema(), new WireReader(bytes), {}, depth);
  const single = texts.filter(([number]) => number === (schemaOr === 'bool' ? 2 : 1));
  const several = texts.filter(([number]) => number === 2).map(([, bytes]) => bytes);
  if (schemaOr === 'array' && several.length > 0) return several.map(decode);
  if (schemaOr === 'string-array' && several.length > 0) return several.map((bytes) => bytes.toString('utf8'));
  const last = single.at(-1);
  if (last) return decode(last[1]);
  return schemaOr === 'bool' ? Number(numbers.get(1) ?? 0) !== 0 : undefined;
}

function inOwnWords<T>(decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    throw new ProtobufError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
