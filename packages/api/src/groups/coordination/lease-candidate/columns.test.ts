import type { coordinationv1beta1 } from '../../../types';
import { table } from './columns';

const NOW = new Date('2026-01-10T12:00:00Z');
const head = { apiVersion: 'coordination.k8s.io/v1beta1', kind: 'LeaseCandidate' } as const;
const metadata = { name: 'a', creationTimestamp: '2026-01-10T11:00:00Z' };

describe('the columns of lease candidates', () => {
  it.each<[what: string, object: coordinationv1beta1.LeaseCandidate, cells: unknown[]]>([
    [
      'one',
      { ...head, metadata, spec: { leaseName: 'l', binaryVersion: '1.36.0', emulationVersion: '1.35.0', strategy: 's' } },
      ['a', 'l', '1.36.0', '1.35.0', '60m'],
    ],
  ])('%s', (_, object, cells) => {
    expect(table.cells(object, NOW)).toEqual(cells);
  });
});
