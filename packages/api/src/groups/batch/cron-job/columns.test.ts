import type { batchv1 } from '../../../types';
import { table } from './columns';

const NOW = new Date('2026-01-10T12:00:00Z');
const head = { apiVersion: 'batch/v1', kind: 'CronJob' } as const;
const metadata = { name: 'a', creationTimestamp: '2026-01-10T11:00:00Z' };
const jobTemplate = { spec: { template: { spec: { containers: [{ name: 'c', image: 'i' }] } } } };

describe('the columns of cron jobs', () => {
  it.each<[what: string, object: batchv1.CronJob, cells: unknown[]]>([
    [
      'never run',
      { ...head, metadata, spec: { schedule: '* * * * *', jobTemplate } },
      ['a', '* * * * *', '<none>', '<unset>', 0, '<none>', '60m', 'c', 'i', '<none>'],
    ],
    [
      'at work',
      {
        ...head,
        metadata,
        spec: { schedule: '@daily', timeZone: 'Etc/UTC', suspend: true, jobTemplate },
        status: { active: [{ name: 'j' }], lastScheduleTime: '2026-01-10T11:59:00Z' },
      },
      ['a', '@daily', 'Etc/UTC', 'True', 1, '60s', '60m', 'c', 'i', '<none>'],
    ],
  ])('%s', (_, object, cells) => {
    expect(table.cells(object, NOW)).toEqual(cells);
  });
});
