import type { storagev1 } from '../../../types';
import { table } from './columns';

const NOW = new Date('2026-01-10T12:00:00Z');
const head = { apiVersion: 'storage.k8s.io/v1', kind: 'VolumeAttachment' } as const;
const metadata = { name: 'a', creationTimestamp: '2026-01-10T11:00:00Z' };

describe('the columns of volume attachments', () => {
  it.each<[what: string, object: storagev1.VolumeAttachment, cells: unknown[]]>([
    [
      'asked for',
      { ...head, metadata, spec: { attacher: 'csi', nodeName: 'n', source: { persistentVolumeName: 'pv' } } },
      ['a', 'csi', 'pv', 'n', false, '60m'],
    ],
    [
      'attached, of an inline volume',
      { ...head, metadata, spec: { attacher: 'csi', nodeName: 'n', source: {} }, status: { attached: true } },
      ['a', 'csi', '', 'n', true, '60m'],
    ],
  ])('%s', (_, object, cells) => {
    expect(table.cells(object, NOW)).toEqual(cells);
  });
});
