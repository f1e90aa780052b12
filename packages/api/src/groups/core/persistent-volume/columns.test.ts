import type { corev1 } from '../../../types';
import { table } from './columns';

const NOW = new Date('2026-01-10T12:00:00Z');
const head = { apiVersion: 'v1', kind: 'PersistentVolume' } as const;
const metadata = { name: 'a', creationTimestamp: '2026-01-10T11:00:00Z' };

describe('the columns of persistent volumes', () => {
  it.each<[what: string, object: corev1.PersistentVolume, cells: unknown[]]>([
    ['nothing said', { ...head, metadata }, ['a', '0', '', '', '', '', '', '<unset>', '', '60m', '<unset>']],
    [
      'a bound one',
      {
        ...head,
        metadata,
        spec: {
          capacity: { storage: '5Gi' },
          accessModes: ['ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOnce'],
          persistentVolumeReclaimPolicy: 'Retain',
          claimRef: { namespace: 'd', name: 'c' },
          storageClassName: 'fast',
          volumeMode: 'Filesystem',
          volumeAttributesClassName: 'gold',
        },
        status: { phase: 'Bound', reason: 'why' },
      },
      ['a', '5Gi', 'RWO,RWX', 'Retain', 'Bound', 'd/c', 'fast', 'gold', 'why', '60m', 'Filesystem'],
    ],
    [
      'one that goes, with the class in the old place',
      {
        ...head,
        metadata: {
          ...metadata,
          deletionTimestamp: '2026-01-10T12:00:00Z',
          annotations: { 'volume.beta.kubernetes.io/storage-class': 'old' },
        },
        spec: { storageClassName: 'new' },
        status: { phase: 'Bound' },
      },
      ['a', '0', '', '', 'Terminating', '', 'old', '<unset>', '', '60m', '<unset>'],
    ],
  ])('%s', (_, object, cells) => {
    expect(table.cells(object, NOW)).toEqual(cells);
  });
});
