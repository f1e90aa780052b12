import { defineTable, nameColumn, text } from '../../../shared/columns/table';
import type { storagemigrationv1beta1 } from '../../../types';

export const table = defineTable<storagemigrationv1beta1.StorageVersionMigration>(
  { ...nameColumn, format: '' },
  text(
    'Resource',
    'GroupResource to migrate',
    ({ spec }) => (spec?.resource.group ? `${spec.resource.resource}.${spec.resource.group}` : (spec?.resource.resource ?? '')),
  ),
  text('Status', 'Status of the migration', statusText),
);

function statusText({ status }: storagemigrationv1beta1.StorageVersionMigration): string {
  const states = ['Running', 'Failed', 'Succeeded'];
  return status?.conditions?.findLast(({ type, status: is }) => is === 'True' && states.includes(type))?.type ?? 'Unknown';
}
