import type { storagev1 } from '../../../types';
import { table } from './columns';

const NOW = new Date('2026-01-10T12:00:00Z');
const head = { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass' } as const;
const metadata = { name: 'a', creationTimestamp: '2026-01-10T11:00:00Z' };

describe('the columns of storage classes', () => {
  it.each<[what: string, object: storagev1.StorageClass, cells: unknown[]]>([
    ['what is not said has defaults', { ...head, metadata, provisioner: 'p' }, ['a', 'p', 'Delete', 'Immediate', false, '60m']],
    [
      'the default class',
      {
        ...head,
        metadata: { ...metadata, annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
        provisioner: 'p',
        reclaimPolicy: 'Retain',
        volumeBindingMode: 'WaitForFirstConsumer',
        allowVolumeExpansion: true,
      },
      ['a (default)', 'p', 'Retain', 'WaitForFirstConsumer', true, '60m'],
    ],
  ])('%s', (_, object, cells) => {
    expect(table.cells(object, NOW)).toEqual(cells);
  });
});
