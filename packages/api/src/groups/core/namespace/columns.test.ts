import type { corev1 } from '../../../types';
import { table } from './columns';

const NOW = new Date('2026-01-10T12:00:00Z');
const head = { apiVersion: 'v1', kind: 'Namespace' } as const;
const metadata = { name: 'a', creationTimestamp: '2026-01-10T11:00:00Z' };

describe('the columns of namespaces', () => {
  it.each<[what: string, object: corev1.Namespace, cells: unknown[]]>([
    ['active', { ...head, metadata, status: { phase: 'Active' } }, ['a', 'Active', '60m']],
    ['nothing said', { ...head, metadata: {} }, ['', '', '<unknown>']],
  ])('%s', (_, object, cells) => {
    expect(table.cells(object, NOW)).toEqual(cells);
  });
});
