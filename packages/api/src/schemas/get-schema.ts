import type { Schema } from '@typekube/apimachinery';
import { fieldNumbersOf, type NumberedField } from '../protobuf/field-numbers';
import { readTypeText } from './schema-type';
import { loadSchemaFile, readFacts, readField, type Facts, type StructEntry } from './schema-file';

const schemas = new Map<string, Schema>();
/** Types of fields by their text, so that each scalar and list stands in memory once. */
const fieldTypes = new Map<string, Schema>();

/**
 * The schema of a definition by upstream's name: `io.k8s.api.core.v1.Pod`. Built at the first call with all that it refers to,
 * then kept; the same name always gives the same object, and what it refers to is shared (and may be cyclic). Its `properties`
 * have no prototype. Throws for an unknown name.
 */
export function getSchema(name: string): Schema {
  const known = schemas.get(name);
  if (known !== undefined) return known;
  const entry = loadSchemaFile()[name];
  if (entry === undefined) throw new Error(`no schema is named ${name}`);
  return typeof entry === 'string' ? keep(name, { name, ...readTypeText(entry, getSchema) }) : buildStruct(name, entry);
}

/** Whether upstream's API has a definition of that name. */
export function hasSchema(name: string): boolean {
  return Object.hasOwn(loadSchemaFile(), name);
}

/** Every definition's name, sorted. */
export function listSchemaNames(): string[] {
  return Object.keys(loadSchemaFile());
}

function buildStruct(name: string, entry: StructEntry): Schema {
  const properties = Object.create(null) as Record<string, Schema>;
  const fields = Object.entries(entry.fields);
  const required = fields.filter(([, text]) => / required\b/.test(text)).map(([field]) => field);
  const facts = factsOfSchema(readFacts(entry.facts ?? ''));
  // Kept before its fields are built, since they may refer to it.
  const schema = keep(name, { name, type: 'object', properties, ...(required.length > 0 ? { required } : {}), ...facts });
  const pointers = pointersOf(name);
  for (const [field, text] of fields) {
    const mayOmitZero = pointers !== undefined && !required.includes(field) && !pointers.has(field);
    properties[field] = buildField(text.replace(' required', ''), mayOmitZero);
  }
  return schema;
}

function keep(name: string, schema: Schema): Schema {
  schemas.set(name, schema);
  return schema;
}

/** Fields that are kept when they are zero: pointers in Go, and those without `omitempty`. Unknown for types without protobuf. */
function pointersOf(name: string): ReadonlySet<string> | undefined {
  const numbered = fieldNumbersOf(name);
  return numbered && new Set(flatten(numbered).filter(({ pointer, always }) => pointer || always).map((field) => field.name));
}

function flatten(fields: readonly NumberedField[]): NumberedField[] {
  return fields.flatMap((field) => (field.embedded ? flatten(field.embedded) : [field]));
}

/** `mayOmitZero`: marks a scalar as one whose zero value says nothing. */
function buildField(text: string, mayOmitZero: boolean): Schema {
  const key = mayOmitZero ? `${text} omitZero` : text;
  const known = fieldTypes.get(key);
  if (known !== undefined) return known;
  const { type, ...facts } = readField(text);
  const plain = text === type ? readTypeText(type, getSchema) : withFacts(readTypeText(type, getSchema), facts);
  const built = mayOmitZero && isPlainScalar(plain) ? { ...plain, omitZero: true } : plain;
  fieldTypes.set(key, built);
  return built;
}

/** Times and quantities are structs in Go, which `omitempty` does not leave out; bytes are never zero but absent. */
function isPlainScalar({ type, format }: Schema): boolean {
  if (type === 'string') return format === undefined;
  return type === 'boolean' || type === 'integer' || type === 'number' || type === 'int-or-string';
}

function withFacts(schema: Schema, facts: Facts): Schema {
  const { enum: values, go: goType } = facts;
  if (values === undefined && goType === undefined) return { ...schema, ...factsOfSchema(facts) };
  const { items } = schema;
  const own = { ...(values && { enum: values }), ...(goType !== undefined && { goType }) };
  return { ...schema, ...factsOfSchema(facts), ...(items === undefined ? own : { items: { ...items, ...own } }) };
}

function factsOfSchema({ list, map, patch, default: value }: Facts): Partial<Schema> {
  return {
    ...(list === undefined ? {} : { listType: list.type }),
    ...(list === undefined || list.keys.length === 0 ? {} : { listMapKeys: list.keys }),
    ...(map === undefined ? {} : { mapType: map }),
    ...(value === undefined ? {} : { default: value }),
    ...(patch === undefined ? {} : { patchStrategy: patch.strategies }),
    ...(patch?.mergeKey === undefined ? {} : { patchMergeKey: patch.mergeKey }),
  };
}
