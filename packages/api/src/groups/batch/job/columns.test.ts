import type { batchv1 } from '../../../types';
import { table } from './columns';

const NOW = new Date('2026-01-10T12:00:00Z');
const head = { apiVersion: 'batch/v1', kind: 'Job' } as const;
const metadata = { name: 'a', creationTimestamp: '2026-01-10T11:00:00Z' };
const template = { spec: { containers: [{ name: 'c', image: 'i' }] } };

describe('the columns of jobs', () => {
  it.each<[what: string, object: batchv1.Job, cells: unknown[]]>([
    ['not begun', { ...head, metadata, spec: { template } }, ['a', 'Running', '0/1', '', '60m', 'c', 'i', '<none>']],
    [
      'running, with completions',
      { ...head, metadata, spec: { template, completions: 3 }, status: { startTime: '2026-01-10T11:58:00Z', succeeded: 1 } },
      ['a', 'Running', '1/3', '2m', '60m', 'c', 'i', '<none>'],
    ],
    [
      'a work queue',
      { ...head, metadata, spec: { template, parallelism: 4 }, status: { succeeded: 2 } },
      ['a', 'Running', '2/1 of 4', '', '60m', 'c', 'i', '<none>'],
    ],
    [
      'done',
      {
        ...head,
        metadata: { ...metadata, deletionTimestamp: '2026-01-10T12:00:00Z' },
        spec: { template, completions: 1, selector: { matchLabels: { uid: 'u' } } },
        status: {
          startTime: '2026-01-10T11:00:00Z',
          completionTime: '2026-01-10T11:01:05Z',
          succeeded: 1,
          conditions: [{ type: 'Complete', status: 'True' }],
        },
      },
      ['a', 'Complete', '1/1', '65s', '60m', 'c', 'i', 'uid=u'],
    ],
    [
      'failed',
      { ...head, metadata, spec: { template }, status: { conditions: [{ type: 'Failed', status: 'True' }] } },
      ['a', 'Failed', '0/1', '', '60m', 'c', 'i', '<none>'],
    ],
    [
      'going',
      { ...head, metadata: { ...metadata, deletionTimestamp: '2026-01-10T12:00:00Z' }, spec: { template } },
      ['a', 'Terminating', '0/1', '', '60m', 'c', 'i', '<none>'],
    ],
    [
      'suspended',
      { ...head, metadata, spec: { template }, status: { conditions: [{ type: 'Suspended', status: 'True' }] } },
      ['a', 'Suspended', '0/1', '', '60m', 'c', 'i', '<none>'],
    ],
    [
      'about to fail',
      { ...head, metadata, spec: { template }, status: { conditions: [{ type: 'FailureTarget', status: 'True' }] } },
      ['a', 'FailureTarget', '0/1', '', '60m', 'c', 'i', '<none>'],
    ],
  ])('%s', (_, object, cells) => {
    expect(table.cells(object, NOW)).toEqual(cells);
  });
});
