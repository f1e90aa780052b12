import type { resourcev1 } from '../../../types';
import { table } from './columns';

const NOW = new Date('2026-01-10T12:00:00Z');
const head = { apiVersion: 'resource.k8s.io/v1', kind: 'ResourceSlice' } as const;
const metadata = { name: 'a', creationTimestamp: '2026-01-10T11:00:00Z' };
const pool = { name: 'p', generation: 1, resourceSliceCount: 1 };

describe('the columns of resource slices', () => {
  it.each<[what: string, object: resourcev1.ResourceSlice, cells: unknown[]]>([
    ['of a node', { ...head, metadata, spec: { driver: 'd', nodeName: 'n', pool } }, ['a', 'n', 'd', 'p', '60m']],
    ['of all nodes', { ...head, metadata, spec: { driver: 'd', allNodes: true, pool } }, ['a', '', 'd', 'p', '60m']],
  ])('%s', (_, object, cells) => {
    expect(table.cells(object, NOW)).toEqual(cells);
  });
});
