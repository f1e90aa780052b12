import type { storagev1 } from '../../../types';
import { table } from './columns';

const NOW = new Date('2026-01-10T12:00:00Z');
const head = { apiVersion: 'storage.k8s.io/v1', kind: 'VolumeAttributesClass' } as const;
const metadata = { name: 'a', creationTimestamp: '2026-01-10T11:00:00Z' };

describe('the columns of volume attributes classes', () => {
  it.each<[what: string, object: storagev1.VolumeAttributesClass, cells: unknown[]]>([
    ['one', { ...head, metadata, driverName: 'd' }, ['a', 'd', '60m']],
  ])('%s', (_, object, cells) => {
    expect(table.cells(object, NOW)).toEqual(cells);
  });
});
