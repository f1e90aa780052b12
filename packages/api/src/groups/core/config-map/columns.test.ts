import type { corev1 } from '../../../types';
import { table } from './columns';

const NOW = new Date('2026-01-10T12:00:00Z');
const head = { apiVersion: 'v1', kind: 'ConfigMap' } as const;
const metadata = { name: 'a', creationTimestamp: '2026-01-10T11:00:00Z' };

describe('the columns of config maps', () => {
  it.each<[what: string, object: corev1.ConfigMap, cells: unknown[]]>([
    ['empty', { ...head, metadata }, ['a', 0, '60m']],
    ['text and bytes', { ...head, metadata, data: { a: '', b: '' }, binaryData: { c: '' } }, ['a', 3, '60m']],
  ])('%s', (_, object, cells) => {
    expect(table.cells(object, NOW)).toEqual(cells);
  });
});
