import { ageColumn, defineTable, nameColumn, text } from '../../../shared/columns/table';
import type { corev1 } from '../../../types';

export const table = defineTable<corev1.Namespace>(
  nameColumn,
  text('Status', 'The status of the namespace', ({ status }) => status?.phase ?? ''),
  ageColumn,
);
