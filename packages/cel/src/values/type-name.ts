import { type CelType, typeText } from '../types/cel-type';
import { MapValue } from './map-value';
import { OpaqueValue } from './opaque-value';
import { Optional } from './optional';
import { Duration, Timestamp } from './time';
import { TypeValue } from './type-value';
import { Uint } from './uint';
import { isList, type Value } from './value';

/** The name of a value's type, as `type(value)` and errors give it. */
export function typeName(value: Value): string {
  if (value === null) return 'null_type';
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'int';
    case 'number':
      return 'double';
    case 'string':
      return 'string';
    default:
      return objectTypeName(value);
  }
}

function objectTypeName(value: Exclude<Value, null | boolean | bigint | number | string>): string {
  if (isList(value)) return 'list';
  if (value instanceof MapValue) return value.typeName ?? 'map';
  if (value instanceof Uint) return 'uint';
  if (value instanceof Uint8Array) return 'bytes';
  if (value instanceof Timestamp) return 'google.protobuf.Timestamp';
  if (value instanceof Duration) return 'google.protobuf.Duration';
  if (value instanceof TypeValue) return 'type';
  if (value instanceof Optional) return 'optional_type';
  return value.type.kind === 'opaque' || value.type.kind === 'object' ? value.type.name : typeText(value.type);
}

/** Whether a value may be an argument of a type: lists, maps and optionals are not looked into. */
export function isOfType(value: Value, type: CelType): boolean {
  switch (type.kind) {
    case 'dyn':
    case 'error':
    case 'param':
      return true;
    case 'null':
      return value === null;
    case 'bool':
      return typeof value === 'boolean';
    case 'int':
      return typeof value === 'bigint';
    case 'double':
      return typeof value === 'number';
    case 'string':
      return typeof value === 'string';
    case 'uint':
      return value instanceof Uint;
    case 'bytes':
      return value instanceof Uint8Array;
    case 'timestamp':
      return value instanceof Timestamp;
    case 'duration':
      return value instanceof Duration;
    case 'list':
      return isList(value);
    case 'map':
      return value instanceof MapValue;
    case 'type':
      return value instanceof TypeValue;
    case 'object':
      return value instanceof MapValue && value.typeName === type.name;
    case 'opaque':
      return type.name === 'optional_type' ? value instanceof Optional : value instanceof OpaqueValue && typeName(value) === type.name;
  }
}
