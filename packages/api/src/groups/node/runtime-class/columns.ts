import { ageColumn, defineTable, nameColumn, text } from '../../../shared/columns/table';
import type { nodev1 } from '../../../types';

export const table = defineTable<nodev1.RuntimeClass>(
  nameColumn,
  text('Handler', '', ({ handler }) => handler),
  ageColumn,
);
