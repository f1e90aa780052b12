import type { KubeObject } from '@typekube/apimachinery';
import type { ColumnDefinition, TableCell, TableDefinition } from '../../registry/resource-definition';
import { CREATION_TIMESTAMP, OBJECT_NAME } from './descriptions';
import { age } from './age';

/** A column with the function that fills it. */
export interface Column<T extends KubeObject = KubeObject> extends ColumnDefinition {
  cell(object: T, now: Date): TableCell;
}

type Cell<T extends KubeObject> = Column<T>['cell'];

/** A table of these columns, in order. Tables are made with all columns: what `-o wide` adds is the client's to hide. */
export function defineTable<T extends KubeObject>(...columns: readonly Column<T>[]): TableDefinition<T> {
  return {
    columns: columns.map(columnDefinition),
    cells: (object, now) => columns.map((column) => column.cell(object, now)),
  };
}

/** What a client is told of a column. */
export function columnDefinition({ name, type, format, description, priority }: ColumnDefinition): ColumnDefinition {
  return { name, type, format, description, priority };
}

export function text<T extends KubeObject>(name: string, description: string, cell: Cell<T>): Column<T> {
  return { name, type: 'string', format: '', description, priority: 0, cell };
}

export function integer<T extends KubeObject>(name: string, description: string, cell: Cell<T>): Column<T> {
  return { ...text(name, description, cell), type: 'integer' };
}

export function boolean<T extends KubeObject>(name: string, description: string, cell: Cell<T>): Column<T> {
  return { ...text(name, description, cell), type: 'boolean' };
}

/** The same column, shown with `-o wide` only. */
export function wide<T extends KubeObject>(column: Column<T>): Column<T> {
  return { ...column, priority: 1 };
}

export const nameColumn: Column = { ...text('Name', OBJECT_NAME, nameOf), format: 'name' };

export const ageColumn: Column = text('Age', CREATION_TIMESTAMP, ({ metadata }, now) => age(metadata.creationTimestamp, now));

/** Name and age, where there is nothing else to say. */
export const nameAndAgeTable: TableDefinition = defineTable(nameColumn, ageColumn);

export function nameOf(object: KubeObject): string {
  return object.metadata.name ?? '';
}
