import { type FieldError, type FieldPath, forbidden, invalid, notSupported, required } from '@typekube/apimachinery';
import { itemsOf, type JsonSchema } from './children';

const LIST_TYPES = ['atomic', 'set', 'map'];
const MAP_TYPES = ['atomic', 'granular'];

/** How lists and maps merge: the extensions fit the type, and the keys of a list are fields of its items. */
export function validateListRules(schema: JsonSchema, path: FieldPath): FieldError[] {
  return [
    ...validateMapType(schema, path),
    ...validateListType(schema, path),
    ...validateKeysNeedMap(schema, path),
    ...(schema['x-kubernetes-list-type'] === 'map' ? validateKeyedList(schema, path) : []),
    ...validateItemsNotNull(schema, path),
  ];
}

function validateMapType(schema: JsonSchema, path: FieldPath): FieldError[] {
  const mapType = schema['x-kubernetes-map-type'];
  if (mapType === undefined) return [];
  const errors = validateTypeIs(schema, 'object', 'must be object if x-kubernetes-map-type is specified', path);
  return MAP_TYPES.includes(mapType)
    ? errors
    : [...errors, notSupported(path.child('x-kubernetes-map-type'), mapType, MAP_TYPES)];
}

function validateListType(schema: JsonSchema, path: FieldPath): FieldError[] {
  const listType = schema['x-kubernetes-list-type'];
  if (listType === undefined) return [];
  const errors = validateTypeIs(schema, 'array', 'must be array if x-kubernetes-list-type is specified', path);
  if (errors.length === 0 && listType === 'set') errors.push(...validateSetItems(itemsOf(schema), path.child('items')));
  return LIST_TYPES.includes(listType)
    ? errors
    : [...errors, notSupported(path.child('x-kubernetes-list-type'), listType, LIST_TYPES)];
}

function validateTypeIs({ type }: JsonSchema, wanted: string, detail: string, path: FieldPath): FieldError[] {
  if (type === wanted) return [];
  return [type ? invalid(path.child('type'), type, detail) : required(path.child('type'), detail)];
}

function validateSetItems(items: JsonSchema | undefined, path: FieldPath): FieldError[] {
  const detail = 'must be atomic as item of a list with x-kubernetes-list-type=set';
  const listType = items?.['x-kubernetes-list-type'];
  if (items?.type === 'array' && listType !== undefined && listType !== 'atomic') {
    return [invalid(path.child('x-kubernetes-list-type'), listType, detail)];
  }
  if (items?.type === 'object' && items['x-kubernetes-map-type'] !== 'atomic') {
    return [invalid(path.child('x-kubernetes-map-type'), listType, detail)];
  }
  return [];
}

function validateKeysNeedMap(schema: JsonSchema, path: FieldPath): FieldError[] {
  if (!schema['x-kubernetes-list-map-keys']?.length) return [];
  const listType = schema['x-kubernetes-list-type'];
  const detail = 'must be map if x-kubernetes-list-map-keys is non-empty';
  if (listType === undefined) return [required(path.child('x-kubernetes-list-type'), detail)];
  return listType === 'map' ? [] : [invalid(path.child('x-kubernetes-list-type'), listType, detail)];
}

function validateKeyedList(schema: JsonSchema, path: FieldPath): FieldError[] {
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const keysPath = path.child('x-kubernetes-list-map-keys');
  const errors = keys.length === 0 ? [required(keysPath, 'must not be empty if x-kubernetes-list-type is map')] : [];
  const items = itemsOf(schema);
  const itemsPath = path.child('items');
  if (!items) return [...errors, required(itemsPath, 'must have a schema if x-kubernetes-list-type is map')];
  if (items.type !== 'object') {
    return [
      ...errors,
      invalid(itemsPath.child('type'), items.type ?? '', "must be object if parent array's x-kubernetes-list-type is map"),
    ];
  }
  keys.forEach((key, i) => {
    const property = items.properties?.[key];
    if (!property) errors.push(invalid(keysPath, keys, 'entries must all be names of item properties'));
    else errors.push(...validateKey(key, property, items, itemsPath.child('properties').key(key)));
    if (keys.indexOf(key) < i) errors.push(invalid(keysPath, keys, 'must not contain duplicate entries'));
  });
  return errors;
}

function validateKey(key: string, property: JsonSchema, items: JsonSchema, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (property.type === 'array' || property.type === 'object') {
    errors.push(invalid(path.child('type'), items.type, "must be a scalar type if parent array's x-kubernetes-list-type is map"));
  }
  if (!items.required?.includes(key) && property.default === undefined) {
    const detail = 'this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property';
    errors.push(required(path.child('default'), detail));
  }
  if (property.nullable) {
    errors.push(forbidden(path.child('nullable'), 'this property is in x-kubernetes-list-map-keys, so it cannot be nullable'));
  }
  return errors;
}

function validateItemsNotNull(schema: JsonSchema, path: FieldPath): FieldError[] {
  const listType = schema['x-kubernetes-list-type'];
  if ((listType !== 'set' && listType !== 'map') || !itemsOf(schema)?.nullable) return [];
  return [forbidden(path.child('items', 'nullable'), `cannot be nullable when x-kubernetes-list-type is ${listType}`)];
}
