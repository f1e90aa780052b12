import { ageColumn, defineTable, integer, nameColumn } from '../../../shared/columns/table';
import type { admissionregistrationv1 } from '../../../types';

export const table = defineTable<admissionregistrationv1.MutatingWebhookConfiguration>(
  nameColumn,
  integer(
    'Webhooks',
    'Webhooks indicates the number of webhooks registered in this configuration',
    ({ webhooks }) => webhooks?.length ?? 0,
  ),
  ageColumn,
);
