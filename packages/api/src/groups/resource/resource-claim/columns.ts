import { ageColumn, defineTable, nameColumn, text } from '../../../shared/columns/table';
import type { resourcev1 } from '../../../types';

export const table = defineTable<resourcev1.ResourceClaim>(
  nameColumn,
  text('State', 'A summary of the current state (allocated, pending, reserved, etc.).', stateText),
  ageColumn,
);

function stateText({ metadata, status }: resourcev1.ResourceClaim): string {
  const deleted = metadata.deletionTimestamp ? ['deleted'] : [];
  if (!status?.allocation) return deleted[0] ?? 'pending';
  return [...deleted, 'allocated', ...(status.reservedFor?.length ? ['reserved'] : [])].join(',');
}
