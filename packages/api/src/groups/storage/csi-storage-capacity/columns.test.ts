import type { storagev1 } from '../../../types';
import { table } from './columns';

const NOW = new Date('2026-01-10T12:00:00Z');
const head = { apiVersion: 'storage.k8s.io/v1', kind: 'CSIStorageCapacity' } as const;
const metadata = { name: 'a', creationTimestamp: '2026-01-10T11:00:00Z' };

describe('the columns of CSI storage capacities', () => {
  it.each<[what: string, object: storagev1.CSIStorageCapacity, cells: unknown[]]>([
    ['known', { ...head, metadata, storageClassName: 'fast', capacity: '5Gi' }, ['a', 'fast', '5Gi']],
    ['unknown', { ...head, metadata, storageClassName: 'fast' }, ['a', 'fast', '<unset>']],
  ])('%s', (_, object, cells) => {
    expect(table.cells(object, NOW)).toEqual(cells);
  });
});
