import { isJsonObject } from '../json/own-property';
import type { FieldDescriptor, MessageDescriptor, ScalarType, ValueType } from './descriptor';
import { encodeSpecial } from './encode-special';
import { ProtobufError } from './protobuf-error';
import { BYTES, FIXED64, VARINT } from './wire-reader';
import { WireWriter } from './wire-writer';

/**
 * Encodes the JSON form of an object as Go's generated code does, byte for byte: fields by number, map entries by key, single
 * fields that are no pointers even where they are not set. Properties that the descriptor does not know are left out.
 *
 * @throws ProtobufError for a value that does not fit its field.
 */
export function encodeProtobuf(descriptor: MessageDescriptor, object: Readonly<Record<string, unknown>>): Buffer {
  const writer = new WireWriter();
  writeMessage(descriptor, object, writer);
  return writer.finish();
}

/** Writes the fields of a message, without its length. */
export function writeMessage(descriptor: MessageDescriptor, object: Readonly<Record<string, unknown>>, writer: WireWriter): void {
  const { fields } = descriptor;
  for (let i = fields.length - 1; i >= 0; i--) {
    const field = fields[i];
    if (field) writeField(field, object, writer);
  }
}

function writeField(field: FieldDescriptor, object: Readonly<Record<string, unknown>>, writer: WireWriter): void {
  const { name, number, type } = field;
  switch (field.shape) {
    case 'embedded':
      if (type.is === 'message') writeNested(number, type.message(), object, writer);
      return;
    case 'single':
      writeSingle(field, object[name] ?? undefined, writer);
      return;
    case 'list':
      writeList(field, object[name] ?? [], writer);
      return;
    case 'map':
      writeMap(field, object[name] ?? {}, writer);
  }
}

function writeSingle({ name, number, type, pointer }: FieldDescriptor, value: unknown, writer: WireWriter): void {
  if (value === undefined && (pointer || (type.is === 'scalar' && type.type === 'bytes'))) return;
  writeTagged(number, type, value, name, writer);
}

function writeList({ name, number, type }: FieldDescriptor, list: unknown, writer: WireWriter): void {
  if (!Array.isArray(list)) throw misfit(name, list, 'a list');
  for (let i = list.length - 1; i >= 0; i--) writeTagged(number, type, list[i] ?? undefined, name, writer);
}

function writeMap({ name, number, type }: FieldDescriptor, map: unknown, writer: WireWriter): void {
  if (!isJsonObject(map)) throw misfit(name, map, 'a map');
  const keys = Object.keys(map).sort(compareBytes);
  for (let i = keys.length - 1; i >= 0; i--) {
    const key = keys[i] ?? '';
    const before = writer.length;
    writeTagged(2, type, map[key] ?? undefined, name, writer);
    writer.string(key);
    writer.tag(1, BYTES);
    writer.closeMessage(before);
    writer.tag(number, BYTES);
  }
}

/** Go orders strings by their UTF-8, which differs from JavaScript's order only where surrogates stand. */
function compareBytes(a: string, b: string): number {
  if (/[\ud800-\udfff]/.test(a + b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : a > b ? 1 : 0;
}

function writeNested(
  number: number,
  message: MessageDescriptor,
  object: Readonly<Record<string, unknown>>,
  writer: WireWriter,
): void {
  const before = writer.length;
  writeMessage(message, object, writer);
  writer.closeMessage(before);
  writer.tag(number, BYTES);
}

/** Writes a value and its tag; the type's zero for undefined. */
function writeTagged(number: number, type: ValueType, value: unknown, name: string, writer: WireWriter): void {
  switch (type.is) {
    case 'scalar':
      writeScalar(type.type, value, name, writer);
      writer.tag(number, WIRE_TYPES[type.type]);
      return;
    case 'message':
      if (value !== undefined && !isJsonObject(value)) throw misfit(name, value, 'an object');
      writeNested(number, type.message(), value ?? {}, writer);
      return;
    case 'special': {
      const before = writer.length;
      encodeSpecial(type.codec, value, name, writer);
      writer.closeMessage(before);
      writer.tag(number, BYTES);
    }
  }
}

const WIRE_TYPES: Readonly<Record<ScalarType, number>> = {
  string: BYTES,
  bytes: BYTES,
  bool: VARINT,
  int32: VARINT,
  int64: VARINT,
  double: FIXED64,
};

function writeScalar(type: ScalarType, value: unknown, name: string, writer: WireWriter): void {
  switch (type) {
    case 'string':
      return writer.string(textOf(value ?? '', name));
    case 'bytes':
      return writer.bytes(Buffer.from(textOf(value ?? '', name), 'base64'));
    case 'bool':
      if (value !== undefined && typeof value !== 'boolean') throw misfit(name, value, 'a boolean');
      return writer.varint(value ? 1 : 0);
    case 'int32':
    case 'int64':
      return writer.int64(integerOf(value ?? 0, name));
    case 'double':
      if (value !== undefined && typeof value !== 'number' && typeof value !== 'bigint') throw misfit(name, value, 'a number');
      return writer.double(Number(value ?? 0));
  }
}

/** The value if it is a string. */
export function textOf(value: unknown, name: string): string {
  if (typeof value !== 'string') throw misfit(name, value, 'a string');
  return value;
}

function integerOf(value: unknown, name: string): number | bigint {
  const isInteger = typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value));
  if (!isInteger) throw misfit(name, value, 'an integer');
  return value;
}

/** The error of a value that does not fit its field. */
export function misfit(name: string, value: unknown, expected: string): ProtobufError {
  const given = Array.isArray(value) ? 'a list' : value === null ? 'null' : `a value of type ${typeof value}`;
  return new ProtobufError(`cannot encode ${given} as field ${name}: ${expected} is expected`);
}
