import { getOwn } from '../json/own-property';
import { goStructName } from '../schema/go-type';
import type { Schema } from '../schema/schema';
import { PatchError } from './patch-error';

/** How the value of a field is merged. */
export interface PatchMeta {
  /** The schema of the field's value; of its elements, if it is a list. */
  readonly schema: Schema;
  /** `merge`, `replace`, or undefined: maps merge then and lists are replaced. */
  readonly strategy: 'merge' | 'replace' | undefined;
  readonly mergeKey: string;
}

/** As upstream's PatchMetaFromStruct.LookupPatchMetadataForStruct. */
export function mapPatchMeta(schema: Schema, key: string): PatchMeta {
  const property = getOwn(structFields(schema), key);
  if (!property) {
    const name = goStructName(schema) ?? '';
    throw new PatchError(500, `unable to find api field in struct ${name} for the json field ${JSON.stringify(key)}`);
  }
  return {
    schema: property,
    strategy: property.patchStrategy?.find((strategy) => strategy !== 'retainKeys'),
    mergeKey: property.patchMergeKey ?? '',
  };
}

/** As upstream's PatchMetaFromStruct.LookupPatchMetadataForSlice. */
export function listPatchMeta(schema: Schema, key: string): PatchMeta {
  const meta = mapPatchMeta(schema, key);
  if (meta.schema.type !== 'array') throw new PatchError(500, 'expected slice or array type, but got: struct');
  const items: Schema = meta.schema.items ?? { type: 'any' };
  if (items.type === 'array') throw new PatchError(500, 'unexpected slice of slice');
  return { ...meta, schema: items };
}

function structFields(schema: Schema): Readonly<Record<string, Schema>> {
  if (schema.type === 'object' && schema.properties) return schema.properties;
  const isStruct =
    schema.type === 'any' || schema.type === 'int-or-string' || (schema.type === 'object' && !schema.additionalProperties);
  if (isStruct) return {};
  const kind = GO_KINDS[schema.type] ?? schema.type;
  throw new PatchError(500, `merging an object in json but data type is not struct, instead is: ${kind}`);
}

const GO_KINDS: Readonly<Partial<Record<Schema['type'], string>>> = {
  object: 'map',
  array: 'slice',
  boolean: 'bool',
  integer: 'int32',
  number: 'float64',
};
