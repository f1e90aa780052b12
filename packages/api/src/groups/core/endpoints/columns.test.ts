import type { corev1 } from '../../../types';
import { table } from './columns';

const NOW = new Date('2026-01-10T12:00:00Z');
const head = { apiVersion: 'v1', kind: 'Endpoints' } as const;
const metadata = { name: 'a', creationTimestamp: '2026-01-10T11:00:00Z' };

describe('the columns of endpoints', () => {
  it.each<[what: string, object: corev1.Endpoints, cells: unknown[]]>([
    ['no subsets', { ...head, metadata }, ['a', '<none>', '60m']],
    ['no addresses', { ...head, metadata, subsets: [{ ports: [{ port: 80 }] }] }, ['a', '', '60m']],
    ['no ports', { ...head, metadata, subsets: [{ addresses: [{ ip: '10.0.0.1' }] }] }, ['a', '10.0.0.1', '60m']],
    [
      'more than three',
      {
        ...head,
        metadata,
        subsets: [{ addresses: [{ ip: '10.0.0.1' }, { ip: 'fd00::1' }], ports: [{ port: 80 }, { port: 443 }] }],
      },
      ['a', '10.0.0.1:80,[fd00::1]:80,10.0.0.1:443 + 1 more...', '60m'],
    ],
  ])('%s', (_, object, cells) => {
    expect(table.cells(object, NOW)).toEqual(cells);
  });
});
