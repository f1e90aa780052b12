import { JsonPath, JsonPathError, type KubeObject } from '@typekube/apimachinery';
import type { apiextensionsv1 } from '../types';
import type { ColumnDefinition, TableCell, TableDefinition } from '../registry/resource-definition';
import { age } from '../shared/columns/age';
import { CREATION_TIMESTAMP } from '../shared/columns/descriptions';
import { type Column, defineTable, nameColumn } from '../shared/columns/table';

type CustomColumn = apiextensionsv1.CustomResourceColumnDefinition;

const TYPES: readonly ColumnDefinition['type'][] = ['string', 'integer', 'number', 'boolean', 'date'];

/** The age, where a definition has no columns. */
const AGE: CustomColumn = { name: 'Age', type: 'date', description: CREATION_TIMESTAMP, jsonPath: '.metadata.creationTimestamp' };

/** The columns of a custom resource: its name, and what its definition finds by JSONPath. */
export function customTable(columns: readonly CustomColumn[] | undefined): TableDefinition {
  return defineTable(nameColumn, ...(columns?.length ? columns : [AGE]).map(customColumn));
}

function customColumn(column: CustomColumn): Column {
  const { name, format = '', priority = 0, jsonPath } = column;
  const type = TYPES.find((known) => known === column.type) ?? 'string';
  const description = column.description || `Custom resource definition column (in JSONPath format): ${jsonPath}`;
  const path = parse(jsonPath);
  return { name, type, format, description, priority, cell: (object, now) => (path ? cellOf(path, type, object, now) : null) };
}

/** A path that cannot be read gives empty cells: the definition was accepted with it. */
function parse(jsonPath: string): JsonPath | undefined {
  try {
    return new JsonPath(`{${jsonPath}}`, { allowMissingKeys: true });
  } catch (error) {
    if (error instanceof JsonPathError) return undefined;
    throw error;
  }
}

function cellOf(path: JsonPath, type: ColumnDefinition['type'], object: KubeObject, now: Date): TableCell {
  const value = firstResult(path, object);
  if (value === undefined) return null;
  switch (type) {
    case 'string':
      return textOf(value);
    case 'integer':
      return isNumber(value) ? Math.trunc(Number(value)) : null;
    case 'number':
      return isNumber(value) ? Number(value) : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'date':
      if (typeof value !== 'string') return null;
      return Number.isNaN(Date.parse(value)) ? '<invalid>' : age(value, now);
  }
}

function firstResult(path: JsonPath, object: KubeObject): unknown {
  try {
    return path.findResults(object)[0]?.[0];
  } catch (error) {
    if (error instanceof JsonPathError) return undefined;
    throw error;
  }
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

/** As JSONPath prints it. */
function textOf(value: unknown): string {
  return new JsonPath('{.value}').print({ value });
}
