import type { corev1 } from '../../../types';
import { table } from './columns';

const NOW = new Date('2026-01-10T12:00:00Z');
const head = { apiVersion: 'v1', kind: 'PersistentVolumeClaim' } as const;
const metadata = { name: 'a', creationTimestamp: '2026-01-10T11:00:00Z' };

describe('the columns of persistent volume claims', () => {
  it.each<[what: string, object: corev1.PersistentVolumeClaim, cells: unknown[]]>([
    [
      'a pending one: what it asks is not what it has',
      { ...head, metadata, spec: { resources: { requests: { storage: '1Gi' } } }, status: { phase: 'Pending' } },
      ['a', 'Pending', '', '', '', '', '<unset>', '60m', '<unset>'],
    ],
    [
      'a bound one',
      {
        ...head,
        metadata,
        spec: { volumeName: 'pv', storageClassName: 'fast', volumeMode: 'Block' },
        status: { phase: 'Bound', capacity: { storage: '2Gi' }, accessModes: ['ReadWriteOncePod'] },
      },
      ['a', 'Bound', 'pv', '2Gi', 'RWOP', 'fast', '<unset>', '60m', 'Block'],
    ],
  ])('%s', (_, object, cells) => {
    expect(table.cells(object, NOW)).toEqual(cells);
  });
});
