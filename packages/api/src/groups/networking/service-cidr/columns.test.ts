import type { networkingv1 } from '../../../types';
import { table } from './columns';

const NOW = new Date('2026-01-10T12:00:00Z');
const head = { apiVersion: 'networking.k8s.io/v1', kind: 'ServiceCIDR' } as const;
const metadata = { name: 'a', creationTimestamp: '2026-01-10T11:00:00Z' };

describe('the columns of service CIDRs', () => {
  it.each<[what: string, object: networkingv1.ServiceCIDR, cells: unknown[]]>([
    ['dual stack', { ...head, metadata, spec: { cidrs: ['10.0.0.0/16', 'fd00::/112'] } }, ['a', '10.0.0.0/16,fd00::/112', '60m']],
    ['none', { ...head, metadata }, ['a', '', '60m']],
  ])('%s', (_, object, cells) => {
    expect(table.cells(object, NOW)).toEqual(cells);
  });
});
