import type { Schema } from '../schema/schema';
import { itemSchema, type JsonSchema, valueSchema } from '../structural/json-schema';
import { goJson } from './field-key';
import { DEDUCED, type FieldType, type ListKey, type ListType, type MapField, type ScalarKind } from './field-type';

const known = new WeakMap<Schema | JsonSchema, FieldType>();

/** The type of what a schema describes; made at the first call, then kept. */
export function fieldTypeOfSchema(schema: Schema): FieldType {
  return remembered(schema, () => ofSchema(schema));
}

/** Kept before it is filled, since schemas may be cyclic. */
function remembered<S extends Schema | JsonSchema>(schema: S, make: () => FieldType): FieldType {
  const present = known.get(schema);
  if (present) return present;
  const type: FieldType = {};
  known.set(schema, type);
  return Object.assign(type, make());
}

/** Formats of strings whose values may be written in more than one way, also as numbers. */
const FREE_FORMATS: ReadonlySet<string> = new Set(['date-time', 'micro-time', 'duration', 'quantity']);

function ofSchema(schema: Schema): FieldType {
  const { type, format = '' } = schema;
  switch (type) {
    case 'object':
      return schema.structural ? ofCustomObject(schema, schema.structural) : ofObject(schema);
    case 'array':
      return { list: listOf(schema) };
    case 'string':
      return { scalar: FREE_FORMATS.has(format) ? 'untyped' : 'string' };
    case 'integer':
    case 'number':
      return { scalar: 'numeric' };
    case 'boolean':
      return { scalar: 'boolean' };
    case 'int-or-string':
      return { scalar: 'untyped' };
    case 'any':
      return DEDUCED;
  }
}

function ofObject({ properties, additionalProperties, mapType, preserveUnknownFields }: Schema): FieldType {
  const fields = fieldsOf(properties, fieldTypeOfSchema);
  const isFree = preserveUnknownFields === true || (fields.size === 0 && !additionalProperties);
  const element = additionalProperties ? fieldTypeOfSchema(additionalProperties) : isFree ? DEDUCED : undefined;
  return { map: { atomic: mapType === 'atomic', fields, ...(element && { element }) } };
}

/** A whole custom object: what all objects have, and its own schema. */
function ofCustomObject({ properties }: Schema, structural: JsonSchema): FieldType {
  const { map: own } = structuralMap(structural);
  return { map: { ...own, atomic: false, fields: new Map([...own.fields, ...fieldsOf(properties, fieldTypeOfSchema)]) } };
}

function listOf({ items, listType = 'atomic', listMapKeys = [] }: Schema): ListType {
  const keys = listMapKeys.map((name) => keyOf(name, items?.properties?.[name]?.default));
  return { relation: listType, keys: sortKeys(keys), element: items ? fieldTypeOfSchema(items) : DEDUCED };
}

function fieldTypeOfStructural(schema: JsonSchema): FieldType {
  return remembered(schema, () => ofStructural(schema));
}

const SCALARS: Readonly<Record<string, ScalarKind>> = { string: 'string', integer: 'numeric', number: 'numeric', boolean: 'boolean' };

/** Any other format leaves it open what a string is (kube-openapi's schemaconv). */
const STRING_FORMATS: ReadonlySet<string> = new Set(['', 'byte']);

function ofStructural(schema: JsonSchema): FieldType {
  const { type = '', format = '' } = schema;
  if (type === 'array') return { list: structuralList(schema) };
  if (type === 'object') return structuralMap(schema);
  if (type === 'string' && !STRING_FORMATS.has(format)) return { scalar: 'untyped' };
  const scalar = SCALARS[type];
  return scalar ? { scalar } : DEDUCED;
}

function structuralMap(schema: JsonSchema): Required<Pick<FieldType, 'map'>> {
  const isEmbedded = schema['x-kubernetes-embedded-resource'] === true;
  const fields = fieldsOf({ ...(isEmbedded && EMBEDDED), ...schema.properties }, fieldTypeOfStructural);
  const values = valueSchema(schema);
  const isFree = schema['x-kubernetes-preserve-unknown-fields'] === true || schema.additionalProperties === true;
  const element = values ? fieldTypeOfStructural(values) : isFree || fields.size === 0 ? DEDUCED : undefined;
  return { map: { atomic: schema['x-kubernetes-map-type'] === 'atomic', fields, ...(element && { element }) } };
}

const EMBEDDED: Readonly<Record<string, JsonSchema>> = {
  apiVersion: { type: 'string' },
  kind: { type: 'string' },
  metadata: { type: 'object' },
};

function structuralList(schema: JsonSchema): ListType {
  const items = itemSchema(schema);
  const relation = schema['x-kubernetes-list-type'];
  const names = relation === 'map' ? (schema['x-kubernetes-list-map-keys'] ?? []) : [];
  return {
    relation: relation === 'set' || relation === 'map' ? relation : 'atomic',
    keys: sortKeys(names.map((name) => keyOf(name, items?.properties?.[name]?.default))),
    element: items ? fieldTypeOfStructural(items) : DEDUCED,
  };
}

function fieldsOf<S>(properties: Readonly<Record<string, S>> | undefined, typeOf: (schema: S) => FieldType): Map<string, MapField> {
  return new Map(Object.entries(properties ?? {}).map(([name, schema]) => [name, { key: `f:${name}`, type: typeOf(schema) }]));
}

function keyOf(name: string, value: unknown): ListKey {
  const label = `${goJson(name)}:`;
  return value === undefined ? { name, label } : { name, label, default: value };
}

function sortKeys(keys: ListKey[]): ListKey[] {
  return keys.sort((a, b) => (a.name < b.name ? -1 : 1));
}
