import { isJsonObject, setOwn } from '../json/own-property';
import { type FieldType, type MapType, shapeOf } from './field-type';
import { mergeLists } from './merge-lists';

/**
 * An object with what a configuration says put over it: fields of maps one by one, elements of lists by their steps, everything else as a whole. Nothing is
 * changed in place, and what is only in one of them is shared. Throws FieldsError where an element of a list lacks its keys.
 */
export function mergeObjects(type: FieldType, object: object, config: object): object {
  const merged = mergeValues(type, object, config);
  return isJsonObject(merged) ? merged : {};
}

/** Undefined stands for what is not there, and nothing that is not there comes of what is. */
export function mergeValues(type: FieldType, value: unknown, config: unknown): unknown {
  if (config === undefined) return value;
  if (value === undefined) return config;
  const shape = shapeOf(type, config);
  const { map, list } = type;
  if (map && !map.atomic && (shape === 'map' || shape === 'mixed')) return mergeMaps(map, value, config);
  if (list && list.relation !== 'atomic' && shape === 'list') return mergeLists(list, value, config);
  return config;
}

function mergeMaps({ fields, element }: MapType, value: unknown, config: unknown): unknown {
  const [from, to] = [isJsonObject(value) ? value : {}, isJsonObject(config) ? config : {}];
  const names = new Set([...Object.keys(from), ...Object.keys(to)]);
  // Two that are empty, in whatever way, are not parts: that one is null and the other is not is kept.
  if (names.size === 0) return config;
  const out: Record<string, unknown> = {};
  for (const name of names) {
    const [own, other] = [ownValue(from, name), ownValue(to, name)];
    const type = fields.get(name)?.type ?? element;
    const merged = type ? mergeValues(type, own, other) : (other ?? own);
    if (merged !== undefined) setOwn(out, name, merged);
  }
  return out;
}

function ownValue(map: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(map, name) ? map[name] : undefined;
}
