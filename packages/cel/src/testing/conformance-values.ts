import { type CelType, DYN, listOf, mapOf, opaqueType, typeOf } from '../types/cel-type';
import { EntriesMap } from '../values/map-value';
import { TypeValue } from '../values/type-value';
import { Uint } from '../values/uint';
import type { Value } from '../values/value';
import { parseDurationText, parseTimestampText } from '../library/time-texts';

/** A case about something that Kubernetes' environment does not have. */
export class UnsupportedError extends Error {}

const PRIMITIVES: Readonly<Record<string, CelType>> = {
  BOOL: { kind: 'bool' }, INT64: { kind: 'int' }, UINT64: { kind: 'uint' }, DOUBLE: { kind: 'double' }, STRING: { kind: 'string' }, BYTES: { kind: 'bytes' },
};

function field(json: unknown, name: string): unknown {
  return typeof json === 'object' && json !== null && Object.hasOwn(json, name) ? Reflect.get(json, name) : undefined;
}

function items(json: unknown, name: string): readonly unknown[] {
  const found = field(json, name);
  return Array.isArray(found) ? found : [];
}

/** A type of the conformance cases (cel.expr.Type as JSON). */
export function readType(json: unknown): CelType {
  const primitive = PRIMITIVES[String(field(json, 'primitive'))];
  if (primitive) return primitive;
  if (field(json, 'null') !== undefined) return { kind: 'null' };
  if (field(json, 'dyn') !== undefined) return DYN;
  if (field(json, 'wellKnown') === 'TIMESTAMP') return { kind: 'timestamp' };
  if (field(json, 'wellKnown') === 'DURATION') return { kind: 'duration' };
  const list = field(json, 'listType');
  if (list !== undefined) return listOf(readType(field(list, 'elemType')));
  const map = field(json, 'mapType');
  if (map !== undefined) return mapOf(readType(field(map, 'keyType')), readType(field(map, 'valueType')));
  const type = field(json, 'type');
  if (type !== undefined) return typeOf(readType(type));
  const abstract = field(json, 'abstractType');
  if (abstract !== undefined) return opaqueType(String(field(abstract, 'name')), ...items(abstract, 'parameterTypes').map(readType));
  throw new UnsupportedError(JSON.stringify(json));
}

/** A value of the conformance cases (cel.expr.Value as JSON). */
export function readValue(json: unknown): Value {
  const [[kind = '', value] = []] = Object.entries(json ?? {});
  switch (kind) {
    case 'nullValue':
      return null;
    case 'boolValue':
      return value === true;
    case 'int64Value':
      return BigInt(String(value));
    case 'uint64Value':
      return new Uint(BigInt(String(value)));
    case 'doubleValue':
      return Number(value);
    case 'stringValue':
      return String(value);
    case 'bytesValue':
      return new Uint8Array(Buffer.from(String(value), 'base64'));
    case 'typeValue':
      return new TypeValue(String(value));
    case 'listValue':
      return items(value, 'values').map(readValue);
    case 'mapValue': {
      const map = new EntriesMap();
      for (const entry of items(value, 'entries')) map.add(readValue(field(entry, 'key')), readValue(field(entry, 'value')));
      return map;
    }
    case 'objectValue':
      return wellKnown(value);
    default:
      throw new UnsupportedError(JSON.stringify(json));
  }
}

function wellKnown(json: unknown): Value {
  const type = String(field(json, '@type'));
  const value = String(field(json, 'value'));
  if (type.endsWith('google.protobuf.Timestamp')) return parseTimestampText(value);
  if (type.endsWith('google.protobuf.Duration')) return parseDurationText(value);
  throw new UnsupportedError(type);
}
