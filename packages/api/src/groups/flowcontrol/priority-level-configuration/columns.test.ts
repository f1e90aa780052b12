import type { flowcontrolv1 } from '../../../types';
import { table } from './columns';

const NOW = new Date('2026-01-10T12:00:00Z');
const head = { apiVersion: 'flowcontrol.apiserver.k8s.io/v1', kind: 'PriorityLevelConfiguration' } as const;
const metadata = { name: 'a', creationTimestamp: '2026-01-10T11:00:00Z' };

describe('the columns of priority level configurations', () => {
  it.each<[what: string, object: flowcontrolv1.PriorityLevelConfiguration, cells: unknown[]]>([
    ['exempt', { ...head, metadata, spec: { type: 'Exempt' } }, ['a', 'Exempt', '<none>', '<none>', '<none>', '<none>', '60m']],
    [
      'with queues',
      {
        ...head,
        metadata,
        spec: {
          type: 'Limited',
          limited: {
            nominalConcurrencyShares: 30,
            limitResponse: { type: 'Queue', queuing: { queues: 64, handSize: 6, queueLengthLimit: 50 } },
          },
        },
      },
      ['a', 'Limited', 30, 64, 6, 50, '60m'],
    ],
  ])('%s', (_, object, cells) => {
    expect(table.cells(object, NOW)).toEqual(cells);
  });
});
