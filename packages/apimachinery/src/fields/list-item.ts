import { isJsonObject } from '../json/own-property';
import { goQuote } from '../text/go-quote';
import { type FieldKey, goJson } from './field-key';
import type { ListType } from './field-type';
import { FieldsError } from './fields-error';

/** The step to an element of a list that is a set or a map. Throws FieldsError for an element that has none. */
export function itemKey(list: ListType, item: unknown): FieldKey {
  return list.relation === 'map' ? keyedItem(list, item) : valueItem(item);
}

function keyedItem({ keys }: ListType, item: unknown): FieldKey {
  if (item === null) throw new FieldsError('associative list with keys may not have a null element');
  if (!isJsonObject(item)) throw new FieldsError('associative list with keys may not have non-map elements');
  let text = '';
  for (const { name, label, default: value } of keys) {
    const content = Object.hasOwn(item, name) && item[name] !== undefined ? item[name] : value;
    if (content === undefined) {
      throw new FieldsError(`associative list with keys has an element that omits key field ${goQuote(name)} (and doesn't have default value)`);
    }
    text += `${text ? ',' : ''}${label}${goJson(content)}`;
  }
  return `k:{${text}}`;
}

function valueItem(item: unknown): FieldKey {
  if (isJsonObject(item)) throw new FieldsError("associative list without keys has an element that's a map type");
  if (Array.isArray(item)) throw new FieldsError('not supported: associative list with lists as elements');
  if (item === null) throw new FieldsError("associative list without keys has an element that's an explicit null");
  return `v:${goJson(item)}`;
}

/** The elements of a list by their steps; several where the list has duplicates. */
export function itemsByKey(list: ListType, items: readonly unknown[] | undefined): Map<FieldKey, unknown[]> {
  const byKey = new Map<FieldKey, unknown[]>();
  for (const item of items ?? []) {
    const key = itemKey(list, item);
    const same = byKey.get(key);
    if (same) same.push(item);
    else byKey.set(key, [item]);
  }
  return byKey;
}
