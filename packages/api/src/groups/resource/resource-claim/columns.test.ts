import type { resourcev1 } from '../../../types';
import { table } from './columns';

const NOW = new Date('2026-01-10T12:00:00Z');
const head = { apiVersion: 'resource.k8s.io/v1', kind: 'ResourceClaim' } as const;
const metadata = { name: 'a', creationTimestamp: '2026-01-10T11:00:00Z' };

describe('the columns of resource claims', () => {
  it.each<[what: string, object: resourcev1.ResourceClaim, cells: unknown[]]>([
    ['pending', { ...head, metadata, spec: {} }, ['a', 'pending', '60m']],
    ['going', { ...head, metadata: { ...metadata, deletionTimestamp: 't' }, spec: {} }, ['a', 'deleted', '60m']],
    ['allocated', { ...head, metadata, spec: {}, status: { allocation: {} } }, ['a', 'allocated', '60m']],
    [
      'reserved and going',
      {
        ...head,
        metadata: { ...metadata, deletionTimestamp: 't' },
        spec: {},
        status: { allocation: {}, reservedFor: [{ resource: 'pods', name: 'p', uid: 'u' }] },
      },
      ['a', 'deleted,allocated,reserved', '60m'],
    ],
  ])('%s', (_, object, cells) => {
    expect(table.cells(object, NOW)).toEqual(cells);
  });
});
