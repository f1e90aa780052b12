import { AssociativeList } from './associative-list';
import { MapValue } from './map-value';
import { OpaqueValue } from './opaque-value';
import { Optional } from './optional';
import { Duration, Timestamp } from './time';
import { TypeValue } from './type-value';
import { Uint } from './uint';
import { isList, type Value } from './value';

/** Whether two values are equal: numbers of different types by their amount, values of other different types never. */
export function equal(a: Value, b: Value): boolean {
  if (a === b) return true;
  const [left, right] = [numeric(a), numeric(b)];
  if (left !== undefined && right !== undefined) return order(left, right) === 0;
  if (isList(a)) return isList(b) && equalLists(a, b);
  if (a instanceof MapValue) return b instanceof MapValue && equalMaps(a, b);
  if (a instanceof Uint8Array) return b instanceof Uint8Array && Buffer.compare(a, b) === 0;
  if (a instanceof Timestamp) return b instanceof Timestamp && a.nanos === b.nanos;
  if (a instanceof Duration) return b instanceof Duration && a.nanos === b.nanos;
  if (a instanceof TypeValue) return b instanceof TypeValue && a.name === b.name;
  if (a instanceof Optional) return b instanceof Optional && equalOptionals(a, b);
  return a instanceof OpaqueValue && b instanceof OpaqueValue && a.type === b.type && a.equals(b);
}

/** An int or uint as a bigint, a double as a number. */
export function numeric(value: Value): bigint | number | undefined {
  if (typeof value === 'bigint' || typeof value === 'number') return value;
  return value instanceof Uint ? value.value : undefined;
}

/** The order of two numbers, NaN where one is NaN. An integer beside a double counts as the double next to it. */
export function order(a: bigint | number, b: bigint | number): number {
  const [left, right] = typeof a === typeof b ? [a, b] : [Number(a), Number(b)];
  return left < right ? -1 : left > right ? 1 : left === right ? 0 : Number.NaN;
}

function equalLists(a: readonly Value[], b: readonly Value[]): boolean {
  if (a.length !== b.length) return false;
  if (a instanceof AssociativeList) return a.equalsUnordered(b);
  if (b instanceof AssociativeList) return b.equalsUnordered(a);
  return a.every((value, i) => equal(value, b[i] ?? null));
}

function equalMaps(a: MapValue, b: MapValue): boolean {
  if (a.size !== b.size) return false;
  for (const key of a.keys()) {
    const [left, right] = [a.get(key), b.get(key)];
    if (left === undefined || right === undefined || !equal(left, right)) return false;
  }
  return true;
}

function equalOptionals(a: Optional, b: Optional): boolean {
  if (a.value === undefined || b.value === undefined) return a.value === b.value;
  return equal(a.value, b.value);
}
