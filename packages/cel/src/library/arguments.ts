import { noSuchOverload } from '../values/cel-error';
import { MapValue } from '../values/map-value';
import { Duration, Timestamp } from '../values/time';
import { Uint } from '../values/uint';
import { isList, type Value } from '../values/value';

/** The argument as the type that an implementation was declared with; the dispatch has seen to it, save for dyn. */
export function text(value: Value | undefined): string {
  if (typeof value !== 'string') throw noSuchOverload();
  return value;
}

export function int(value: Value | undefined): bigint {
  if (typeof value !== 'bigint') throw noSuchOverload();
  return value;
}

export function uint(value: Value | undefined): bigint {
  if (!(value instanceof Uint)) throw noSuchOverload();
  return value.value;
}

export function double(value: Value | undefined): number {
  if (typeof value !== 'number') throw noSuchOverload();
  return value;
}

export function bool(value: Value | undefined): boolean {
  if (typeof value !== 'boolean') throw noSuchOverload();
  return value;
}

export function bytes(value: Value | undefined): Uint8Array {
  if (!(value instanceof Uint8Array)) throw noSuchOverload();
  return value;
}

export function list(value: Value | undefined): readonly Value[] {
  if (value === undefined || !isList(value)) throw noSuchOverload();
  return value;
}

export function map(value: Value | undefined): MapValue {
  if (!(value instanceof MapValue)) throw noSuchOverload();
  return value;
}

export function duration(value: Value | undefined): bigint {
  if (!(value instanceof Duration)) throw noSuchOverload();
  return value.nanos;
}

export function timestamp(value: Value | undefined): bigint {
  if (!(value instanceof Timestamp)) throw noSuchOverload();
  return value.nanos;
}

/** The value as one of a library's own type. */
export function opaque<T>(value: Value | undefined, type: abstract new (...args: never[]) => T): T {
  if (!(value instanceof type)) throw noSuchOverload();
  return value;
}
