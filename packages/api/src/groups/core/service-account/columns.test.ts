import type { corev1 } from '../../../types';
import { table } from './columns';

const NOW = new Date('2026-01-10T12:00:00Z');
const head = { apiVersion: 'v1', kind: 'ServiceAccount' } as const;
const metadata = { name: 'a', creationTimestamp: '2026-01-10T11:00:00Z' };

describe('the columns of service accounts', () => {
  it.each<[what: string, object: corev1.ServiceAccount, cells: unknown[]]>([
    ['no secrets', { ...head, metadata }, ['a', 0, '60m']],
    ['two secrets', { ...head, metadata, secrets: [{ name: 'x' }, { name: 'y' }] }, ['a', 2, '60m']],
  ])('%s', (_, object, cells) => {
    expect(table.cells(object, NOW)).toEqual(cells);
  });
});
