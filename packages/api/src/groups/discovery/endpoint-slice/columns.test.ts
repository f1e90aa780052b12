import type { discoveryv1 } from '../../../types';
import { table } from './columns';

const NOW = new Date('2026-01-10T12:00:00Z');
const head = { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' } as const;
const metadata = { name: 'a', creationTimestamp: '2026-01-10T11:00:00Z' };

describe('the columns of endpoint slices', () => {
  it.each<[what: string, object: discoveryv1.EndpointSlice, cells: unknown[]]>([
    ['empty', { ...head, metadata, addressType: 'IPv4', endpoints: [] }, ['a', 'IPv4', '<unset>', '<unset>', '60m']],
    [
      'full',
      {
        ...head,
        metadata,
        addressType: 'IPv4',
        ports: [{ port: 80 }, { name: 'http' }, {}, { port: 1 }],
        endpoints: [{ addresses: ['1', '2'] }, { addresses: ['3', '4', '5'] }],
      },
      ['a', 'IPv4', '80,http,* + 1 more...', '1,2,3 + 2 more...', '60m'],
    ],
  ])('%s', (_, object, cells) => {
    expect(table.cells(object, NOW)).toEqual(cells);
  });
});
