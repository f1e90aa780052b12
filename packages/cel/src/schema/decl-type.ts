import { BOOL, BYTES, type CelType, DOUBLE, DURATION, DYN, INT, listOf, mapOf, objectType, STRING, TIMESTAMP } from '../types/cel-type';
import type { TypeProvider } from '../env/environment';
import type { FromJson } from '../values/json';
import { escapeName } from './escape';
import { itemsOf, type RuleSchema, valuesOf } from './rule-schema';
import { anyOf, bytesOf, dateOf, durationOf, listOfItems, mapOfValues, numberOf, objectOf, scalar, timestampOf } from './schema-values';

/** What a schema says of values to expressions: their type, how large they can be, and how JSON becomes them. */
export interface DeclType {
  readonly type: CelType;
  /** The fewest bytes of its JSON. */
  readonly minSize: number;
  /** The most elements of a list or map, bytes of a text; 0 for what has none. */
  readonly maxElements: number;
  readonly element?: DeclType;
  /** Of objects, by their names in expressions. */
  readonly fields?: ReadonlyMap<string, DeclType>;
  readonly fromJson: FromJson;
}

export const MAX_REQUEST_BYTES = 3 * 1024 * 1024;
const MIN_STRING = 2;
const MAX_STRING = MAX_REQUEST_BYTES - 2;
const SIMPLE = { maxElements: 0 };
const KEY: DeclType = { type: STRING, minSize: MIN_STRING, maxElements: MAX_STRING, fromJson: scalar };

const TEXT: RuleSchema = { type: 'string' };
const META: RuleSchema = { type: 'object', properties: { name: TEXT, generateName: TEXT } };

/** How the name of a property becomes that of a field; undefined where it can be none. */
type Naming = (property: string) => string | undefined;

/** What a schema declares; undefined where expressions cannot see such values. `name` is that of the object's type. */
export function declTypeOf(schema: RuleSchema, isResource: boolean, name: string, naming: Naming = escapeName): DeclType | undefined {
  if (schema['x-kubernetes-int-or-string']) return { type: DYN, minSize: 1, maxElements: MAX_STRING, fromJson: anyOf };
  switch (schema.type) {
    case 'array':
      return listType(schema, name, naming);
    case 'object':
      return valuesOf(schema) ? mapType(schema, name, naming) : declObject(isResource ? withMeta(schema) : schema, name, naming);
    case 'string':
      return textType(schema);
    case 'boolean':
      return { ...SIMPLE, type: BOOL, minSize: 4, fromJson: scalar };
    case 'integer':
      return { ...SIMPLE, type: INT, minSize: 1, fromJson: anyOf };
    case 'number':
      return { ...SIMPLE, type: DOUBLE, minSize: 1, fromJson: numberOf };
    default:
      return undefined;
  }
}

/** Of metadata, expressions see the names alone. */
function withMeta(schema: RuleSchema): RuleSchema {
  return { ...schema, properties: { ...schema.properties, kind: TEXT, apiVersion: TEXT, metadata: META } };
}

function listType(schema: RuleSchema, name: string, naming: Naming): DeclType | undefined {
  const items = itemsOf(schema);
  const element = items && declTypeOf(items, items['x-kubernetes-embedded-resource'] === true, `${name}.@idx`, naming);
  if (!element) return undefined;
  const most = Math.floor((MAX_REQUEST_BYTES - 2) / (element.minSize + 1));
  return { type: listOf(element.type), minSize: 2, maxElements: bound(schema.maxItems, most), element, fromJson: listOfItems(schema, element.fromJson) };
}

function mapType(schema: RuleSchema, name: string, naming: Naming): DeclType | undefined {
  const values = valuesOf(schema);
  const element = values && declTypeOf(values, values['x-kubernetes-embedded-resource'] === true, `${name}.@elem`, naming);
  if (!element) return undefined;
  const most = Math.floor((MAX_REQUEST_BYTES - 2) / (element.minSize + 6));
  return { type: mapOf(STRING, element.type), minSize: 2, maxElements: bound(schema.maxProperties, most), element, fromJson: mapOfValues(element.fromJson) };
}

function bound(given: number | undefined, otherwise: number): number {
  return given === undefined ? otherwise : Math.max(0, given);
}

function declObject(schema: RuleSchema, name: string, naming: Naming): DeclType {
  const required = new Set(schema.required ?? []);
  const fields = new Map<string, DeclType>();
  const jsonNames = new Map<string, string>();
  let minSize = 2;
  for (const [property, inner] of Object.entries(schema.properties ?? {})) {
    const field = declTypeOf(inner, inner['x-kubernetes-embedded-resource'] === true, `${name}.${property}`, naming);
    if (!field) continue;
    const escaped = naming(property);
    if (escaped !== undefined) {
      fields.set(escaped, field);
      jsonNames.set(escaped, property);
    }
    if (required.has(property) && inner.default === undefined) minSize += property.length + field.minSize + 4;
  }
  return { ...SIMPLE, type: objectType(name), minSize, fields, fromJson: objectOf(name, fields, jsonNames) };
}

function textType({ format, maxLength, enum: values }: RuleSchema): DeclType {
  switch (format) {
    case 'byte':
      return { type: BYTES, minSize: MIN_STRING, maxElements: bound(maxLength, MAX_STRING), fromJson: bytesOf };
    case 'duration':
      return { type: DURATION, minSize: 3, maxElements: 32, fromJson: durationOf };
    case 'date':
      return { type: TIMESTAMP, minSize: 12, maxElements: 12, fromJson: dateOf };
    case 'date-time':
      return { type: TIMESTAMP, minSize: 22, maxElements: 37, fromJson: timestampOf };
    default:
      return { type: STRING, minSize: MIN_STRING, maxElements: maxText(maxLength, values), fromJson: scalar };
  }
}

/** A character is four bytes at most. */
function maxText(maxLength: number | undefined, values: readonly unknown[] | undefined): number {
  if (maxLength !== undefined) return Math.max(0, maxLength) * 4;
  if (!values?.length) return MAX_STRING;
  return Math.max(...values.map((value) => (typeof value === 'string' ? Buffer.byteLength(value) : 0)));
}

/** The objects within a declaration as types of expressions. */
export function typesOf(root: DeclType): TypeProvider {
  const objects = new Map<string, ReadonlyMap<string, CelType>>();
  collect(root, objects);
  return { fields: (name) => objects.get(name) };
}

function collect({ type, fields, element }: DeclType, into: Map<string, ReadonlyMap<string, CelType>>): void {
  if (element) collect(element, into);
  if (type.kind !== 'object' || !fields) return;
  into.set(type.name, new Map(Array.from(fields, ([name, field]) => [name, field.type])));
  for (const field of fields.values()) collect(field, into);
}

/** The largest size of what stands at a path from the root; undefined where nothing is declared there. */
export function maxSizeAt(root: DeclType, path: readonly string[]): number | undefined {
  let current: DeclType | undefined = root;
  for (const step of path) {
    if (!current) return undefined;
    if (step === '@keys') current = current.element && !isList(current) ? KEY : undefined;
    else current = step === '@items' || step === '@values' ? current.element : current.fields?.get(step);
  }
  return current?.maxElements;
}

function isList({ type }: DeclType): boolean {
  return type.kind === 'list';
}
