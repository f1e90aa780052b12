import type { nodev1 } from '../../../types';
import { table } from './columns';

const NOW = new Date('2026-01-10T12:00:00Z');
const head = { apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass' } as const;
const metadata = { name: 'a', creationTimestamp: '2026-01-10T11:00:00Z' };

describe('the columns of runtime classes', () => {
  it.each<[what: string, object: nodev1.RuntimeClass, cells: unknown[]]>([
    ['one', { ...head, metadata, handler: 'runc' }, ['a', 'runc', '60m']],
  ])('%s', (_, object, cells) => {
    expect(table.cells(object, NOW)).toEqual(cells);
  });
});
