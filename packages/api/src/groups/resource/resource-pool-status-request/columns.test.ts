import type { resourcev1alpha3 } from '../../../types';
import { table } from './columns';

const NOW = new Date('2026-01-10T12:00:00Z');
const head = { apiVersion: 'resource.k8s.io/v1alpha3', kind: 'ResourcePoolStatusRequest' } as const;
const metadata = { name: 'a', creationTimestamp: '2026-01-10T11:00:00Z' };

describe('the columns of resource pool status requests', () => {
  it.each<[what: string, object: resourcev1alpha3.ResourcePoolStatusRequest, cells: unknown[]]>([
    ['pending', { ...head, metadata, spec: { driver: 'd' } }, ['a', 'd', '<all>', 'Pending', '60m']],
    [
      'complete',
      {
        ...head,
        metadata,
        spec: { driver: 'd', poolName: 'p' },
        status: {
          poolCount: 1,
          conditions: [{ type: 'Complete', status: 'True', reason: '', message: '', lastTransitionTime: '2026-01-10T11:00:00Z' }],
        },
      },
      ['a', 'd', 'p', 'Complete', '60m'],
    ],
  ])('%s', (_, object, cells) => {
    expect(table.cells(object, NOW)).toEqual(cells);
  });
});
