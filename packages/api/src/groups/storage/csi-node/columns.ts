import { ageColumn, defineTable, integer, nameColumn } from '../../../shared/columns/table';
import type { storagev1 } from '../../../types';

export const table = defineTable<storagev1.CSINode>(
  nameColumn,
  integer(
    'Drivers',
    'Drivers indicates the number of CSI drivers registered on the node',
    ({ spec }) => spec.drivers.length,
  ),
  ageColumn,
);
