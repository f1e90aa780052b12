import { jsonEqual } from '../json/equal';
import { isJsonObject } from '../json/own-property';
import type { FieldKey } from './field-key';
import { type FieldSet, type FieldSetDraft, joinNodes, LEAF, SELF } from './field-set';
import { type FieldType, type ListType, type MapType, type Shape, shapeOf } from './field-type';
import { itemKey, itemsByKey } from './list-item';

/** What has become of the fields of a value. */
export interface Comparison {
  /** Fields that are new, or have another value. */
  readonly changed: FieldSet | undefined;
  readonly removed: FieldSet | undefined;
}

/** Compares two objects in one walk over both. Throws FieldsError where an element of a list lacks its keys. */
export function compareFields(type: FieldType, old: object, object: object): Comparison {
  const comparer = new Comparer();
  const changed = comparer.compare(type, old, object);
  return { changed, removed: comparer.removed };
}

class Comparer {
  /** Second result of each method: what is gone below the step it was called for. */
  removed: FieldSet | undefined;

  /** Of a step that both have: what stands at it in the set of changed fields. */
  compare(type: FieldType, old: unknown, value: unknown): FieldSet | undefined {
    this.removed = undefined;
    if (old === value) return undefined;
    const [before, after] = [shapeOf(type, old), shapeOf(type, value)];
    if (before === after) return this.compareAs(type, after, old, value);
    return this.compareBoth(type, [before, after], [old, value]);
  }

  /** What is of no one shape is looked at in both. */
  private compareBoth(type: FieldType, [before, after]: readonly [Shape, Shape], [old, value]: readonly [unknown, unknown]): FieldSet | undefined {
    const first = this.compareAs(type, before, old, value);
    const gone = this.removed;
    const second = this.compareAs(type, after, old, value);
    this.removed = joinPresent(gone, this.removed);
    return joinPresent(first, second);
  }

  private compareAs(type: FieldType, shape: Shape, old: unknown, value: unknown): FieldSet | undefined {
    this.removed = undefined;
    const { map, list } = type;
    if (map && (shape === 'map' || shape === 'mixed')) {
      const [from, to] = [mapOf(old), mapOf(value)];
      if (!map.atomic && (from || to)) return this.compareMaps(map, from ?? NO_FIELDS, to ?? NO_FIELDS);
    } else if (list && shape === 'list') {
      const [from, to] = [listOf(old), listOf(value)];
      if (list.relation !== 'atomic' && (from || to)) return this.compareLists(list, from, to);
    }
    return jsonEqual(old, value) ? undefined : LEAF;
  }

  private compareMaps(type: MapType, old: Record<string, unknown>, map: Record<string, unknown>): FieldSet | undefined {
    let changed: FieldSetDraft | undefined;
    let removed: FieldSetDraft | undefined;
    for (const name in map) {
      const value = map[name];
      if (value === undefined) continue;
      const field = type.fields.get(name);
      const fieldType = field?.type ?? type.element;
      if (!fieldType) continue;
      const before = Object.hasOwn(old, name) ? old[name] : undefined;
      const node = before === undefined ? allFields(fieldType, value) : this.compare(fieldType, before, value);
      if (node) (changed ??= {})[field?.key ?? `f:${name}`] = node;
      if (before !== undefined && this.removed) (removed ??= {})[field?.key ?? `f:${name}`] = this.removed;
    }
    for (const name in old) {
      const value = old[name];
      if (value === undefined || (Object.hasOwn(map, name) && map[name] !== undefined)) continue;
      const field = type.fields.get(name);
      const fieldType = field?.type ?? type.element;
      if (fieldType) (removed ??= {})[field?.key ?? `f:${name}`] = allFields(fieldType, value);
    }
    this.removed = removed;
    return changed;
  }

  private compareLists(type: ListType, old: readonly unknown[] | undefined, list: readonly unknown[] | undefined): FieldSet | undefined {
    const [before, after] = [itemsByKey(type, old), itemsByKey(type, list)];
    const changed: FieldSetDraft = {};
    const removed: FieldSetDraft = {};
    for (const [key, items] of after) this.compareItems(type, before.get(key), items, { key, changed, removed });
    for (const [key, items] of before) if (!after.has(key)) removed[key] = fieldsOfItems(type, items);
    this.removed = hasAny(removed) ? removed : undefined;
    return hasAny(changed) ? changed : undefined;
  }

  /** Duplicates are one field, of which nothing is known but whether it has changed. */
  private compareItems(type: ListType, old: unknown[] | undefined, items: unknown[], out: Items): void {
    const { key, changed, removed } = out;
    if (!old) {
      changed[key] = fieldsOfItems(type, items);
    } else if (old.length > 1 && items.length > 1) {
      if (!jsonEqual(old, items)) changed[key] = LEAF;
    } else if (old.length > 1 || items.length > 1) {
      changed[key] = fieldsOfItems(type, items);
      removed[key] = fieldsOfItems(type, old);
    } else {
      const node = this.compare(type.element, old[0], items[0]);
      if (node) changed[key] = node;
      if (this.removed) removed[key] = this.removed;
    }
  }
}

interface Items {
  readonly key: FieldKey;
  readonly changed: FieldSetDraft;
  readonly removed: FieldSetDraft;
}

const NO_FIELDS: Record<string, unknown> = {};

/** Undefined for what is no map, or has nothing in it. */
function mapOf(value: unknown): Record<string, unknown> | undefined {
  return isJsonObject(value) && hasAny(value) ? value : undefined;
}

function listOf(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) && value.length > 0 ? value : undefined;
}

function hasAny(map: object): boolean {
  for (const _ in map) return true;
  return false;
}

function joinPresent(a: FieldSet | undefined, b: FieldSet | undefined): FieldSet | undefined {
  return a && b ? joinNodes(a, b) : (a ?? b);
}

/** The step at which a value stands that was not there before, and every field in it. */
function allFields(type: FieldType, value: unknown): FieldSet {
  const shape = shapeOf(type, value);
  const { map, list } = type;
  if (map && shape === 'map' && !map.atomic && isJsonObject(value)) return fieldsOfMap(map, value);
  if (list && shape === 'list' && list.relation !== 'atomic' && Array.isArray(value)) return fieldsOfList(list, value);
  return LEAF;
}

function fieldsOfMap({ fields, element }: MapType, map: Record<string, unknown>): FieldSet {
  let out: FieldSetDraft | undefined;
  for (const name in map) {
    const value = map[name];
    const field = fields.get(name);
    const type = field?.type ?? element;
    if (value === undefined || !type) continue;
    (out ??= { [SELF]: LEAF })[field?.key ?? `f:${name}`] = allFields(type, value);
  }
  return out ?? LEAF;
}

function fieldsOfList(type: ListType, list: readonly unknown[]): FieldSet {
  if (list.length === 0) return LEAF;
  const out: FieldSetDraft = { [SELF]: LEAF };
  for (const item of list) {
    const key = itemKey(type, item);
    out[key] = out[key] ? LEAF : allFields(type.element, item);
  }
  return out;
}

function fieldsOfItems({ element }: ListType, items: readonly unknown[]): FieldSet {
  return items.length === 1 ? allFields(element, items[0]) : LEAF;
}
