import { isJsonObject, setOwn } from '../json/own-property';
import { type FieldSet, isMember } from './field-set';
import { type FieldType, type ListType, type MapType, shapeOf } from './field-type';
import { itemKey } from './list-item';

/** The object without those fields. Nothing is changed in place. */
export function removeFields(type: FieldType, object: object, set: FieldSet | undefined): object {
  const left = set ? removeWithin(type, object, set) : object;
  return isJsonObject(left) ? left : {};
}

/** Null where nothing is left of what had something. */
function removeWithin(type: FieldType, value: unknown, set: FieldSet): unknown {
  const shape = shapeOf(type, value);
  const { map, list } = type;
  if (map && (shape === 'map' || shape === 'mixed')) return isJsonObject(value) ? removeFromMap(map, value, set) : null;
  if (list && shape === 'list') return Array.isArray(value) ? removeFromList(list, value, set) : null;
  return value;
}

function removeFromMap({ atomic, fields, element }: MapType, map: Record<string, unknown>, set: FieldSet): unknown {
  if (atomic) return null;
  const out: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(map)) {
    const field = fields.get(name);
    const node = set[field?.key ?? `f:${name}`];
    const type = field?.type ?? element;
    if (node && isMember(node)) continue;
    setOwn(out, name, node && type ? removeWithin(type, value, node) : value);
  }
  return Object.keys(out).length > 0 ? out : null;
}

function removeFromList(type: ListType, list: readonly unknown[], set: FieldSet): unknown {
  if (type.relation === 'atomic') return null;
  const out: unknown[] = [];
  for (const item of list) {
    const node = set[itemKey(type, item)];
    if (node && isMember(node)) continue;
    out.push(node ? removeWithin(type.element, item, node) : item);
  }
  return out.length > 0 ? out : null;
}
