import { equal } from './equal';
import { MapValue } from './map-value';
import { isList, type Value } from './value';

/**
 * A list whose order does not matter: a set (`keys` undefined) or a map of objects told apart by their keys. Adding to one
 * replaces elements of the same key in place, and puts new ones behind.
 */
export class AssociativeList extends Array<Value> {
  private keyNames: readonly string[] | undefined;

  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  static make(items: readonly Value[], keys: readonly string[] | undefined): AssociativeList {
    const list = new AssociativeList();
    for (const item of items) list.push(item);
    list.keyNames = keys;
    return list;
  }

  equalsUnordered(other: readonly Value[]): boolean {
    return this.every((item) => {
      const match = other.find((each) => this.same(each, item));
      return match !== undefined && equal(match, item);
    });
  }

  plus(other: readonly Value[]): AssociativeList {
    const items: Value[] = [...this];
    for (const item of other) {
      const at = items.findIndex((each) => this.same(each, item));
      if (at < 0) items.push(item);
      else items[at] = item;
    }
    return AssociativeList.make(items, this.keyNames);
  }

  private same(a: Value, b: Value): boolean {
    const keys = this.keyNames;
    if (!keys) return equal(a, b);
    return keys.every((key) => {
      const [left, right] = [keyOf(a, key), keyOf(b, key)];
      return left === undefined || right === undefined ? left === right : equal(left, right);
    });
  }
}

function keyOf(value: Value, key: string): Value | undefined {
  return !isList(value) && value instanceof MapValue ? value.get(key) : undefined;
}
