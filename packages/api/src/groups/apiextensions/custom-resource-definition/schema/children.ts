import type { FieldPath } from '@typekube/apimachinery';
import type { apiextensionsv1 } from '../../../../types';

export type JsonSchema = apiextensionsv1.JSONSchemaProps;

/** A schema within a schema, and where it stands. */
export interface SchemaAt {
  readonly schema: JsonSchema;
  readonly path: FieldPath;
}

/** The schema of the elements, where it is one for all. */
export function itemsOf(schema: JsonSchema): JsonSchema | undefined {
  return asSchema(schema.items);
}

/** The schema of the values of a map; undefined where `additionalProperties` is absent, or true, or false. */
export function valuesOf(schema: JsonSchema): JsonSchema | undefined {
  return asSchema(schema.additionalProperties);
}

/** Whether rules stand anywhere in a schema. */
export function hasRules(schema: JsonSchema): boolean {
  if (schema['x-kubernetes-validations']?.length) return true;
  return [...Object.values(schema.properties ?? {}), itemsOf(schema), valuesOf(schema)].some((part) => part !== undefined && hasRules(part));
}

/** The known fields, with their paths. */
export function propertiesOf(schema: JsonSchema, path: FieldPath): (SchemaAt & { readonly name: string })[] {
  return Object.entries(schema.properties ?? {}).map(([name, property]) => ({
    name,
    schema: property,
    path: path.child('properties').key(name),
  }));
}

/** The schemas of the logical junctors, which restrict a value without giving its shape. */
export function junctionsOf(schema: JsonSchema, path: FieldPath): SchemaAt[] {
  const lists = (['allOf', 'oneOf', 'anyOf'] as const).flatMap((junctor) =>
    (schema[junctor] ?? []).map((part, i) => ({ schema: part, path: path.child(junctor).index(i) })),
  );
  return schema.not ? [{ schema: schema.not, path: path.child('not') }, ...lists] : lists;
}

function asSchema(value: unknown): JsonSchema | undefined {
  return isSchema(value) ? value : undefined;
}

/** Decoding has seen to the fields of a schema; what is left to tell apart are `true` and lists of schemas. */
function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
