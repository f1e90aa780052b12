import { defineResource } from '../../../registry/define-resource';
import type { batchv1 } from '../../../types';
import { table } from './columns';
import { setDefaults } from './defaults';
import { statusStrategy, strategy } from './strategy';

export const jobs = defineResource<batchv1.Job>({
  group: 'batch',
  version: 'v1',
  kind: 'Job',
  plural: 'jobs',
  categories: ['all'],
  scope: 'Namespaced',
  setDefaults,
  strategy,
  statusStrategy,
  selectableFields: {
    'status.successful': (job) => String(job.status?.succeeded ?? 0),
  },
  table,
});
