import { ageColumn, defineTable, integer, nameColumn } from '../../../shared/columns/table';
import type { autoscalingv1 } from '../../../types';

/** Of the `scale` of anything. */
export const scaleTable = defineTable<autoscalingv1.Scale>(
  nameColumn,
  integer('Desired', 'replicas is the desired number of instances for the scaled object.', ({ spec }) => spec?.replicas ?? 0),
  integer('Available', 'replicas is the actual number of observed instances of the scaled object.', ({ status }) => status?.replicas ?? 0),
  ageColumn,
);
