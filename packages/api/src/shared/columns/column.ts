import type { ColumnDefinition } from '../../registry/resource-definition';

/** What the API says of `metadata.name`. */
export const OBJECT_NAME =
  'Name must be unique within a namespace. Is required when creating resources, although some resources may ' +
  'allow a client to request the generation of an appropriate name automatically. Name is primarily intended for ' +
  'creation idempotence and configuration definition. Cannot be updated. More info: ' +
  'https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names';

/** What the API says of `metadata.creationTimestamp`. */
export const CREATION_TIMESTAMP =
  'CreationTimestamp is a timestamp representing the server time when this object was created. It is not ' +
  'guaranteed to be set in happens-before order across separate operations. Clients may not set this value. It ' +
  'is represented in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: ' +
  'https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata';

/** A column of text that is always shown. */
export function textColumn(name: string, description: string): ColumnDefinition {
  return { name, type: 'string', format: '', description, priority: 0 };
}

export function integerColumn(name: string, description: string): ColumnDefinition {
  return { name, type: 'integer', format: '', description, priority: 0 };
}

export function booleanColumn(name: string, description: string): ColumnDefinition {
  return { name, type: 'boolean', format: '', description, priority: 0 };
}

/** The same column, shown with `-o wide` only. */
export function wide(column: ColumnDefinition): ColumnDefinition {
  return { ...column, priority: 1 };
}

export const nameColumn: ColumnDefinition = { name: 'Name', type: 'string', format: 'name', description: OBJECT_NAME, priority: 0 };

export const ageColumn: ColumnDefinition = textColumn('Age', CREATION_TIMESTAMP);
