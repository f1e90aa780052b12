import type { storagev1 } from '../../../types';
import { table } from './columns';

const NOW = new Date('2026-01-10T12:00:00Z');
const head = { apiVersion: 'storage.k8s.io/v1', kind: 'CSINode' } as const;
const metadata = { name: 'a', creationTimestamp: '2026-01-10T11:00:00Z' };

describe('the columns of CSI nodes', () => {
  it.each<[what: string, object: storagev1.CSINode, cells: unknown[]]>([
    ['one driver', { ...head, metadata, spec: { drivers: [{ name: 'd', nodeID: 'n' }] } }, ['a', 1, '60m']],
  ])('%s', (_, object, cells) => {
    expect(table.cells(object, NOW)).toEqual(cells);
  });
});
