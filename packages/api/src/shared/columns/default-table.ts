import type { KubeObject } from '@typekube/apimachinery';
import type { TableDefinition } from '../../registry/resource-definition';
import { CREATION_TIMESTAMP, nameColumn } from './column';

/** What kinds without printers of their own show: upstream's rest.NewDefaultTableConvertor. */
export const createdAtTable: TableDefinition<KubeObject> = {
  columns: [
    nameColumn,
    { name: 'Created At', type: 'date', format: '', description: CREATION_TIMESTAMP, priority: 0 },
  ],
  cells: (object) => [object.metadata.name ?? '', object.metadata.creationTimestamp ?? null],
};
