import type { policyv1 } from '../../../types';
import { table } from './columns';

const NOW = new Date('2026-01-10T12:00:00Z');
const head = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' } as const;
const metadata = { name: 'a', creationTimestamp: '2026-01-10T11:00:00Z' };

describe('the columns of pod disruption budgets', () => {
  it.each<[what: string, object: policyv1.PodDisruptionBudget, cells: unknown[]]>([
    ['nothing said', { ...head, metadata }, ['a', 'N/A', 'N/A', 0, '60m']],
    [
      'a number and a percentage',
      {
        ...head,
        metadata,
        spec: { minAvailable: 2, maxUnavailable: '30%' },
        status: { disruptionsAllowed: 1, currentHealthy: 3, desiredHealthy: 2, expectedPods: 3 },
      },
      ['a', '2', '30%', 1, '60m'],
    ],
  ])('%s', (_, object, cells) => {
    expect(table.cells(object, NOW)).toEqual(cells);
  });
});
