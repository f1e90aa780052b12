import type { networkingv1 } from '../../../types';
import { table } from './columns';

const NOW = new Date('2026-01-10T12:00:00Z');
const head = { apiVersion: 'networking.k8s.io/v1', kind: 'IPAddress' } as const;
const metadata = { name: 'a', creationTimestamp: '2026-01-10T11:00:00Z' };

describe('the columns of IP addresses', () => {
  it.each<[what: string, object: networkingv1.IPAddress, cells: unknown[]]>([
    [
      'of a service',
      { ...head, metadata, spec: { parentRef: { resource: 'services', namespace: 'd', name: 's' } } },
      ['a', 'services/d/s'],
    ],
    [
      'of something in a group',
      { ...head, metadata, spec: { parentRef: { group: 'K.io', resource: 'gateways', name: 'g' } } },
      ['a', 'gateways.k.io/g'],
    ],
  ])('%s', (_, object, cells) => {
    expect(table.cells(object, NOW)).toEqual(cells);
  });
});
