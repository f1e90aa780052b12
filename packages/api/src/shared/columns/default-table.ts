import type { TableDefinition } from '../../registry/resource-definition';
import { CREATION_TIMESTAMP } from './descriptions';
import { defineTable, nameColumn, text } from './table';

/** What kinds without printers of their own show: upstream's rest.NewDefaultTableConvertor. */
export const createdAtTable: TableDefinition = defineTable(nameColumn, {
  ...text('Created At', CREATION_TIMESTAMP, ({ metadata }) => metadata.creationTimestamp ?? null),
  type: 'date',
});
