import { isJsonObject } from '../json/own-property';
import { type FieldSet, type FieldSetDraft, LEAF, withSelf } from './field-set';
import { type FieldType, type ListType, type MapType, shapeOf } from './field-type';
import { itemsByKey } from './list-item';

/**
 * The fields that an object sets: those of a configuration that is applied. Declared fields with others below them are not among them, unlike fields of
 * maps and elements of lists. Throws FieldsError where an element of a list lacks its keys.
 */
export function fieldsOfObject(type: FieldType, object: object): FieldSet | undefined {
  return fieldsOfValue(type, object);
}

function fieldsOfValue(type: FieldType, value: unknown): FieldSet | undefined {
  const shape = shapeOf(type, value);
  const { map, list } = type;
  if (map && (shape === 'map' || shape === 'mixed')) {
    if (map.atomic) return LEAF;
    return isJsonObject(value) ? fieldsOfMap(map, value) : undefined;
  }
  if (list && shape === 'list') {
    if (list.relation === 'atomic') return LEAF;
    return Array.isArray(value) ? fieldsOfList(list, value) : undefined;
  }
  return LEAF;
}

function fieldsOfMap({ fields, element }: MapType, map: Record<string, unknown>): FieldSet | undefined {
  let out: FieldSetDraft | undefined;
  for (const name in map) {
    const value = map[name];
    const field = fields.get(name);
    const type = field?.type ?? element;
    if (value === undefined || !type) continue;
    const inner = fieldsOfValue(type, value);
    const node = !field || isNothing(value) ? withSelf(inner) : inner;
    if (node) (out ??= {})[field?.key ?? `f:${name}`] = node;
  }
  return out;
}

/** What says that there shall be nothing is said of the field itself. */
function isNothing(value: unknown): boolean {
  return value === null || (isJsonObject(value) && Object.keys(value).length === 0);
}

function fieldsOfList(type: ListType, list: readonly unknown[]): FieldSet | undefined {
  let out: FieldSetDraft | undefined;
  for (const [key, items] of itemsByKey(type, list)) {
    (out ??= {})[key] = items.length > 1 ? LEAF : withSelf(fieldsOfValue(type.element, items[0]));
  }
  return out;
}
