import { defineTable, nameColumn, text } from '../../../shared/columns/table';
import type { corev1 } from '../../../types';

export const table = defineTable<corev1.ComponentStatus>(
  nameColumn,
  text('Status', 'Status of the component conditions', (status) => healthText(health(status)?.status)),
  text('Message', 'Message of the component conditions', (status) => health(status)?.message ?? ''),
  text('Error', 'Error of the component conditions', (status) => health(status)?.error ?? ''),
);

function health({ conditions }: corev1.ComponentStatus): corev1.ComponentCondition | undefined {
  return conditions?.find(({ type }) => type === 'Healthy');
}

function healthText(status: string | undefined): string {
  if (status === undefined) return 'Unknown';
  return status === 'True' ? 'Healthy' : 'Unhealthy';
}
