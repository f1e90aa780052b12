import type { MapValue } from './map-value';
import type { OpaqueValue } from './opaque-value';
import type { Optional } from './optional';
import type { Duration, Timestamp } from './time';
import type { TypeValue } from './type-value';
import type { Uint } from './uint';

/** A value of the language: bigint is int, number is double, an array is a list, a Uint8Array is bytes. */
export type Value =
  | null
  | boolean
  | bigint
  | number
  | string
  | Uint
  | Uint8Array
  | Duration
  | Timestamp
  | TypeValue
  | Optional
  | readonly Value[]
  | MapValue
  | OpaqueValue;

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}
