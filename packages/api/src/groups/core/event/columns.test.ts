import type { corev1 } from '../../../types';
import { table } from './columns';

const NOW = new Date('2026-01-10T12:00:00Z');
const head = { apiVersion: 'v1', kind: 'Event' } as const;
const metadata = { name: 'a', creationTimestamp: '2026-01-10T11:00:00Z' };

describe('the columns of events', () => {
  it.each<[what: string, object: corev1.Event, cells: unknown[]]>([
    [
      'an old event',
      {
        ...head,
        metadata,
        involvedObject: { kind: 'Pod', name: 'web', fieldPath: 'spec.containers{a}' },
        type: 'Normal',
        reason: 'Pulled',
        message: ' done\n',
        source: { component: 'kubelet', host: 'n1' },
        firstTimestamp: '2026-01-10T11:50:00Z',
        lastTimestamp: '2026-01-10T11:58:00Z',
        count: 4,
      },
      ['2m', 'Normal', 'Pulled', 'pod/web', 'spec.containers{a}', 'kubelet, n1', 'done', '10m', 4, 'a'],
    ],
    [
      'a new event',
      {
        ...head,
        metadata,
        involvedObject: { kind: 'Node' },
        eventTime: '2026-01-10T11:59:00.000000Z',
        reportingComponent: 'scheduler',
      },
      ['60s', '', '', 'node', '', 'scheduler', '', '60s', 1, 'a'],
    ],
    [
      'a series',
      {
        ...head,
        metadata,
        involvedObject: {},
        eventTime: '2026-01-10T11:00:00.000000Z',
        series: { count: 7, lastObservedTime: '2026-01-10T11:59:30.000000Z' },
      },
      ['30s', '', '', '', '', '', '', '60m', 7, 'a'],
    ],
    [
      'no times at all',
      { ...head, metadata, involvedObject: {} },
      ['<unknown>', '', '', '', '', '', '', '<unknown>', 1, 'a'],
    ],
  ])('%s', (_, object, cells) => {
    expect(table.cells(object, NOW)).toEqual(cells);
  });
});
