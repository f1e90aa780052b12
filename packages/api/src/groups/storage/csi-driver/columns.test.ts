import type { storagev1 } from '../../../types';
import { table } from './columns';

const NOW = new Date('2026-01-10T12:00:00Z');
const head = { apiVersion: 'storage.k8s.io/v1', kind: 'CSIDriver' } as const;
const metadata = { name: 'a', creationTimestamp: '2026-01-10T11:00:00Z' };

describe('the columns of CSI drivers', () => {
  it.each<[what: string, object: storagev1.CSIDriver, cells: unknown[]]>([
    ['bare', { ...head, metadata, spec: {} }, ['a', true, false, false, '<unset>', false, '<none>', '60m']],
    [
      'full',
      {
        ...head,
        metadata,
        spec: {
          attachRequired: false,
          podInfoOnMount: true,
          storageCapacity: true,
          tokenRequests: [{ audience: 'x' }, { audience: 'y' }],
          requiresRepublish: true,
          volumeLifecycleModes: ['Persistent', 'Ephemeral'],
        },
      },
      ['a', false, true, true, 'x,y', true, 'Persistent,Ephemeral', '60m'],
    ],
  ])('%s', (_, object, cells) => {
    expect(table.cells(object, NOW)).toEqual(cells);
  });
});
