import type { coordinationv1 } from '../../../types';
import { table } from './columns';

const NOW = new Date('2026-01-10T12:00:00Z');
const head = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' } as const;
const metadata = { name: 'a', creationTimestamp: '2026-01-10T11:00:00Z' };

describe('the columns of leases', () => {
  it.each<[what: string, object: coordinationv1.Lease, cells: unknown[]]>([
    ['held', { ...head, metadata, spec: { holderIdentity: 'me' } }, ['a', 'me', '60m']],
    ['free', { ...head, metadata }, ['a', '', '60m']],
  ])('%s', (_, object, cells) => {
    expect(table.cells(object, NOW)).toEqual(cells);
  });
});
