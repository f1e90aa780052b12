import type { corev1 } from '../../../types';
import { table } from './columns';

const NOW = new Date('2026-01-10T12:00:00Z');
const head = { apiVersion: 'v1', kind: 'Secret' } as const;
const metadata = { name: 'a', creationTimestamp: '2026-01-10T11:00:00Z' };

describe('the columns of secrets', () => {
  it.each<[what: string, object: corev1.Secret, cells: unknown[]]>([
    ['a token', { ...head, metadata, type: 'Opaque', data: { a: '' } }, ['a', 'Opaque', 1, '60m']],
  ])('%s', (_, object, cells) => {
    expect(table.cells(object, NOW)).toEqual(cells);
  });
});
