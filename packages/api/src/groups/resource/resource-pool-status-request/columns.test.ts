import type { resourcev1alpha3 } from '../../../types';
import { table } from './columns';

const NOW = new Date('2026-01-10T12:00:00Z');
const head = { apiVersion: 'resource.k8s.io/v1alpha3', kind: 'ResourcePoolStatusRequest' } as const;
const metadata = { name: 'a', creationTimestamp: '2026-01-10T11:00:00Z' };
const condition = (type: string) => ({
  type,
  status: 'True',
  reason: '',
  message: '',
  lastTransitionTime: '2026-01-10T11:00:00Z',
});
const pools = [
  { driver: 'd', poolName: 'p', generation: 1, totalDevices: 7, availableDevices: 4, allocatedDevices: 2, unavailableDevices: 1 },
  { driver: 'd', poolName: 'q', generation: 1, validationError: 'incomplete' },
];

describe('the columns of resource pool status requests', () => {
  it.each<[what: string, object: resourcev1alpha3.ResourcePoolStatusRequest, cells: unknown[]]>([
    ['pending', { ...head, metadata, spec: { driver: 'd' } }, ['a', 'd', '-', '-', '-', '-', '-', 0, 'Pending', '<none>']],
    [
      'complete',
      { ...head, metadata, spec: { driver: 'd' }, status: { poolCount: 2, pools, conditions: [condition('Complete')] } },
      ['a', 'd', '7', '4', '2', '1', '1', 2, 'Complete', '60m'],
    ],
    [
      'complete but for the limit',
      { ...head, metadata, spec: { driver: 'd' }, status: { poolCount: 9, pools, conditions: [condition('Complete')] } },
      ['a', 'd', '7', '4', '2', '1', '1', 9, 'Complete (2/9 pools)', '60m'],
    ],
    [
      'failed',
      { ...head, metadata, spec: { driver: 'd' }, status: { poolCount: 0, conditions: [condition('Failed')] } },
      ['a', 'd', '-', '-', '-', '-', '-', 0, 'Failed', '<none>'],
    ],
  ])('%s', (_, object, cells) => {
    expect(table.cells(object, NOW)).toEqual(cells);
  });
});
