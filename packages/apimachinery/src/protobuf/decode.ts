import { setOwn, isJsonObject } from '../json/own-property';
import { decodeSpecial } from './decode-special';
import type { FieldDescriptor, MessageDescriptor, ScalarType, ValueType } from './descriptor';
import { ProtobufError } from './protobuf-error';
import { BYTES, FIXED64, VARINT, WireReader } from './wire-reader';

/** Go has no limit here; our recursion needs one, and no object that means anything comes near. */
const MAX_DEPTH = 500;

/**
 * Decodes a message to the JSON form that Go would write of it: times and quantities as text, bytes as base64, embedded structs
 * flattened, zero values of `omitempty` fields left out. Unknown fields are passed over. Integers beyond 2^53 are bigints.
 *
 * @throws ProtobufError with Go's text: `proto: wrong wireType = 0 for field Name`, `unexpected EOF`.
 */
export function decodeProtobuf(descriptor: MessageDescriptor, bytes: Uint8Array): Record<string, unknown> {
  return decodeMessage(descriptor, new WireReader(asBuffer(bytes)), {}, 0);
}

/** Decodes fields into an object: a message that comes in several parts is merged, as in Go. */
export function decodeMessage(
  descriptor: MessageDescriptor,
  reader: WireReader,
  into: Record<string, unknown>,
  depth: number,
): Record<string, unknown> {
  if (depth > MAX_DEPTH) throw new ProtobufError('exceeded max depth');
  const fields = fieldsByNumber(descriptor);
  while (reader.next()) {
    const field = fields.get(reader.number);
    if (field) decodeField(field, reader, into, depth);
    else reader.skip();
  }
  return into;
}

function decodeField(field: FieldDescriptor, reader: WireReader, into: Record<string, unknown>, depth: number): void {
  const { name, type } = field;
  switch (field.shape) {
    case 'list':
      decodeElement(field, reader, into, depth);
      return;
    case 'map':
      checkWire(field, reader, BYTES);
      decodeEntry(type, reader.message(), objectAt(into, name), depth);
      return;
    case 'embedded':
      checkWire(field, reader, BYTES);
      if (type.is === 'message') decodeMessage(type.message(), reader.message(), into, depth + 1);
      return;
    case 'single':
      checkWire(field, reader, wireTypeOf(type));
      decodeSingle(field, reader, into, depth);
  }
}

function decodeSingle(field: FieldDescriptor, reader: WireReader, into: Record<string, unknown>, depth: number): void {
  const { name, type, pointer, omitEmpty } = field;
  if (type.is === 'message') {
    decodeMessage(type.message(), reader.message(), objectAt(into, name), depth + 1);
    return;
  }
  const value = decodeValue(type, reader, depth);
  const isSaid = value !== undefined && (pointer || !omitEmpty || !isZero(value, type));
  if (isSaid) into[name] = value;
  else if (name in into) delete into[name];
}

/** Of a number's list Go also reads the packed form. */
function decodeElement(field: FieldDescriptor, reader: WireReader, into: Record<string, unknown>, depth: number): void {
  const { name, type } = field;
  const expected = wireTypeOf(type);
  const present = into[name];
  const list: unknown[] = Array.isArray(present) ? present : [];
  into[name] = list;
  if (reader.wire === BYTES && expected !== BYTES) {
    for (const packed = reader.message(); !packed.done;) list.push(decodeValue(type, packed, depth));
    return;
  }
  checkWire(field, reader, expected);
  list.push(decodeValue(type, reader, depth) ?? null);
}

function decodeEntry(type: ValueType, reader: WireReader, into: Record<string, unknown>, depth: number): void {
  let key = '';
  let value: unknown;
  while (reader.next()) {
    const { number, wire } = reader;
    if (number === 1 && wire === BYTES) key = reader.string();
    else if (number === 2 && wire === wireTypeOf(type)) value = decodeValue(type, reader, depth);
    else reader.skip();
  }
  setOwn(into, key, value ?? zeroValue(type));
}

/** Undefined for a time that is not set. */
function decodeValue(type: ValueType, reader: WireReader, depth: number): unknown {
  switch (type.is) {
    case 'scalar':
      return decodeScalar(type.type, reader);
    case 'message':
      return decodeMessage(type.message(), reader.message(), {}, depth + 1);
    case 'special':
      return decodeSpecial(type.codec, reader.message(), depth + 1);
  }
}

function decodeScalar(type: ScalarType, reader: WireReader): unknown {
  switch (type) {
    case 'string':
      return reader.string();
    case 'bytes':
      return reader.slice().toString('base64');
    case 'bool':
      return reader.bool();
    case 'int32':
      return reader.int32();
    case 'int64':
      return reader.int64();
    case 'double':
      return reader.double();
  }
}

/** A quantity is a struct in Go, which `omitempty` does not leave out: its zero stays. */
function isZero(value: unknown, type: ValueType): boolean {
  return value === '' || value === 0 || value === false || (type.is === 'special' && value === null);
}

/** What a map's entry without a value holds. */
function zeroValue(type: ValueType): unknown {
  if (type.is === 'message') return {};
  if (type.is === 'special') return type.codec === 'quantity' ? '0' : type.codec === 'string-list' ? [] : null;
  return type.type === 'string' || type.type === 'bytes' ? '' : type.type === 'bool' ? false : 0;
}

function wireTypeOf(type: ValueType): number {
  if (type.is !== 'scalar' || type.type === 'string' || type.type === 'bytes') return BYTES;
  return type.type === 'double' ? FIXED64 : VARINT;
}

function checkWire({ name }: FieldDescriptor, { wire }: WireReader, expected: number): void {
  if (wire === expected) return;
  const goName = name.charAt(0).toUpperCase() + name.slice(1);
  throw new ProtobufError(`proto: wrong wireType = ${wire} for field ${goName}`);
}

function objectAt(object: Record<string, unknown>, key: string): Record<string, unknown> {
  const found = object[key];
  if (isJsonObject(found)) return found;
  const made: Record<string, unknown> = {};
  object[key] = made;
  return made;
}

const numbered = new WeakMap<MessageDescriptor, ReadonlyMap<number, FieldDescriptor>>();

function fieldsByNumber(descriptor: MessageDescriptor): ReadonlyMap<number, FieldDescriptor> {
  let fields = numbered.get(descriptor);
  if (!fields) {
    fields = new Map(descriptor.fields.map((field) => [field.number, field]));
    numbered.set(descriptor, fields);
  }
  return fields;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
