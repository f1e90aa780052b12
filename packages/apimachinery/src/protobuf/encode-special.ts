import { encodeJson } from '../json/encode';
import { isJsonObject } from '../json/own-property';
import { canonicalQuantity } from '../quantity/quantity';
import { parseDuration } from '../time/duration';
import { type Instant, parseRfc3339, parseRfc3339Micro } from '../time/go-time-parser';
import type { SchemaUnion, SpecialType } from './descriptor';
import { misfit, textOf, writeMessage } from './encode';
import { ProtobufError } from './protobuf-error';
import { BYTES, VARINT } from './wire-reader';
import type { WireWriter } from './wire-writer';

/** Writes the content of a message whose JSON is no object of its fields; the zero one for undefined. */
export function encodeSpecial(codec: SpecialType, value: unknown, name: string, writer: WireWriter): void {
  if (typeof codec === 'object') return encodeSchemaUnion(codec, value, name, writer);
  switch (codec) {
    case 'quantity':
      return writeText(1, encodeQuantity(value, name), writer);
    case 'time':
      return encodeTime(value, name, (text) => ({ ...parseRfc3339(text), nanos: 0 }), writer);
    case 'micro-time':
      return encodeTime(value, name, parseMicros, writer);
    case 'duration':
      return writeNumber(1, value === undefined ? 0 : inOwnWords(name, () => parseDuration(textOf(value, name))), writer);
    case 'int-or-string':
      return encodeIntOrString(value, name, writer);
    case 'string-list':
      return encodeStrings(1, value ?? [], name, writer);
    case 'json':
      if (value !== undefined) writeText(1, encodeJson(value), writer);
  }
}

function encodeQuantity(value: unknown, name: string): string {
  if (value === undefined) return '0';
  if (typeof value !== 'number' && typeof value !== 'string') throw misfit(name, value, 'a quantity');
  return inOwnWords(name, () => canonicalQuantity(value));
}

function parseMicros(text: string): Instant {
  const { seconds, nanos } = parseRfc3339Micro(text);
  return { seconds, nanos: nanos - (nanos % 1000) };
}

function encodeTime(value: unknown, name: string, parse: (text: string) => Instant, writer: WireWriter): void {
  if (value === undefined) return;
  const { seconds, nanos } = inOwnWords(name, () => parse(textOf(value, name)));
  writeNumber(2, nanos, writer);
  writeNumber(1, seconds, writer);
}

function encodeIntOrString(value: unknown, name: string, writer: WireWriter): void {
  const isText = typeof value === 'string';
  if (value !== undefined && !isText && !Number.isInteger(value)) throw misfit(name, value, 'an integer or a string');
  writeText(3, isText ? value : '', writer);
  writeNumber(2, typeof value === 'number' ? value : 0, writer);
  writeNumber(1, isText ? 1 : 0, writer);
}

function encodeSchemaUnion({ schemaOr, schema }: SchemaUnion, value: unknown, name: string, writer: WireWriter): void {
  const write = (number: number, each: unknown): void => {
    if (!isJsonObject(each)) throw misfit(name, each, 'a schema');
    const before = writer.length;
    writeMessage(schema(), each, writer);
    writer.closeMessage(before);
    writer.tag(number, BYTES);
  };
  if (schemaOr === 'bool') {
    if (isJsonObject(value)) write(2, value);
    return writeNumber(1, value === undefined || value === false ? 0 : 1, writer);
  }
  if (isJsonObject(value)) return write(1, value);
  if (schemaOr === 'string-array') return encodeStrings(2, value ?? [], name, writer);
  if (value !== undefined && !Array.isArray(value)) throw misfit(name, value, 'a schema or a list of them');
  for (const each of [...(value ?? [])].reverse()) write(2, each);
}

function encodeStrings(number: number, list: unknown, name: string, writer: WireWriter): void {
  if (!Array.isArray(list)) throw misfit(name, list, 'a list');
  for (let i = list.length - 1; i >= 0; i--) writeText(number, textOf(list[i], name), writer);
}

function writeText(number: number, text: string, writer: WireWriter): void {
  writer.string(text);
  writer.tag(number, BYTES);
}

function writeNumber(number: number, value: number | bigint, writer: WireWriter): void {
  writer.int64(value);
  writer.tag(number, VARINT);
}

function inOwnWords<T>(name: string, encode: () => T): T {
  try {
    return encode();
  } catch (error) {
    if (error instanceof ProtobufError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new ProtobufError(`cannot encode field ${name}: ${why}`, { cause: error });
  }
}
