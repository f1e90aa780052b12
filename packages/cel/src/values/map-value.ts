import { Uint } from './uint';
import type { Value } from './value';

/** A map or an object with fields. */
export abstract class MapValue {
  abstract readonly size: number;
  abstract get(key: Value): Value | undefined;
  abstract keys(): Iterable<Value>;

  has(key: Value): boolean {
    return this.get(key) !== undefined;
  }

  /** The name of the type, where it is an object of one. */
  get typeName(): string | undefined {
    return undefined;
  }
}

type Key = string | boolean | bigint;

/** Numbers that are equal are one key, whatever their type; undefined for what can be none. */
export function mapKey(value: Value): Key | undefined {
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'bigint') return value;
  if (value instanceof Uint) return value.value;
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value);
  return undefined;
}

/** A map made by an expression. */
export class EntriesMap extends MapValue {
  private readonly entries = new Map<Key, readonly [Value, Value]>();

  get size(): number {
    return this.entries.size;
  }

  get(key: Value): Value | undefined {
    const found = mapKey(key);
    return found === undefined ? undefined : this.entries.get(found)?.[1];
  }

  *keys(): Iterable<Value> {
    for (const [key] of this.entries.values()) yield key;
  }

  /** Adds an entry; false where there is one of this key, or the key is of no type that keys have. */
  add(key: Value, value: Value): boolean {
    const found = mapKey(key);
    if (found === undefined || this.entries.has(found)) return false;
    this.entries.set(found, [key, value]);
    return true;
  }
}
