import type { appsv1 } from '../../../types';
import { table } from './columns';

const NOW = new Date('2026-01-10T12:00:00Z');
const head = { apiVersion: 'apps/v1', kind: 'DaemonSet' } as const;
const metadata = { name: 'a', creationTimestamp: '2026-01-10T11:00:00Z' };

describe('the columns of daemon sets', () => {
  it.each<[what: string, object: appsv1.DaemonSet, cells: unknown[]]>([
    [
      'full',
      {
        ...head,
        metadata,
        spec: {
          selector: { matchLabels: { app: 'x' } },
          template: { spec: { containers: [{ name: 'c', image: 'i' }], nodeSelector: { disk: 'ssd' } } },
        },
        status: {
          desiredNumberScheduled: 5,
          currentNumberScheduled: 4,
          numberReady: 3,
          updatedNumberScheduled: 2,
          numberAvailable: 1,
          numberMisscheduled: 0,
        },
      },
      ['a', 5, 4, 3, 2, 1, 'disk=ssd', '60m', 'c', 'i', 'app=x'],
    ],
  ])('%s', (_, object, cells) => {
    expect(table.cells(object, NOW)).toEqual(cells);
  });
});
