import { fn, type Library } from '../env/declarations';
import { keyText } from './operators';
import { mapOf, param } from '../types/cel-type';
import { CelError } from '../values/cel-error';
import { EntriesMap, type MapValue } from '../values/map-value';
import type { Value } from '../values/value';
import { map } from './arguments';

const K = param('K');
const V = param('V');
const MAP = mapOf(K, V);

/** The map with one more entry: that of a fold's start is copied, its own is added to. */
function inserted(target: Value | undefined, entries: readonly (readonly [Value, Value])[]): MapValue {
  const source = map(target);
  const result = source instanceof EntriesMap ? source : new EntriesMap();
  for (const [key, value] of entries) {
    if (!result.add(key, value)) throw new CelError(`insert failed: key ${keyText(key)} already exists`);
  }
  return result;
}

/** What the macros of two variables are made of. */
export const TWO_VARIABLES: Library = [
  fn('cel.@mapInsert', '@mapInsert_map_key_value', [MAP, K, V], MAP, (target, key = null, value = null) => inserted(target, [[key, value]])),
  fn('cel.@mapInsert', '@mapInsert_map_map', [MAP, MAP], MAP, (target, other) => {
    const entries = map(other);
    return inserted(target, Array.from(entries.keys(), (key) => [key, entries.get(key) ?? null] as const));
  }),
];
