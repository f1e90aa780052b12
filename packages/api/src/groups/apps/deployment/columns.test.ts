import type { appsv1 } from '../../../types';
import { table } from './columns';

const NOW = new Date('2026-01-10T12:00:00Z');
const head = { apiVersion: 'apps/v1', kind: 'Deployment' } as const;
const metadata = { name: 'a', creationTimestamp: '2026-01-10T11:00:00Z' };
const containers = [
  { name: 'c1', image: 'i1' },
  { name: 'c2', image: 'i2' },
];

describe('the columns of deployments', () => {
  it.each<[what: string, object: appsv1.Deployment, cells: unknown[]]>([
    ['bare', { ...head, metadata }, ['a', '0/0', 0, 0, '60m', '', '', '']],
    [
      'full',
      {
        ...head,
        metadata,
        spec: {
          replicas: 3,
          selector: { matchLabels: { app: 'x' }, matchExpressions: [{ key: 'b', operator: 'In', values: ['2', '1'] }] },
          template: { metadata: { labels: { app: 'x' } }, spec: { containers } },
        },
        status: { readyReplicas: 1, updatedReplicas: 2, availableReplicas: 1 },
      },
      ['a', '1/3', 2, 1, '60m', 'c1,c2', 'i1,i2', 'app=x,b in (1,2)'],
    ],
  ])('%s', (_, object, cells) => {
    expect(table.cells(object, NOW)).toEqual(cells);
  });
});
