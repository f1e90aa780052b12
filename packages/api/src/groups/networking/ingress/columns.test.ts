import type { networkingv1 } from '../../../types';
import { table } from './columns';

const NOW = new Date('2026-01-10T12:00:00Z');
const head = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' } as const;
const metadata = { name: 'a', creationTimestamp: '2026-01-10T11:00:00Z' };

describe('the columns of ingresses', () => {
  it.each<[what: string, object: networkingv1.Ingress, cells: unknown[]]>([
    ['nothing said', { ...head, metadata }, ['a', '<none>', '*', '', '80', '60m']],
    [
      'three hosts, TLS and addresses',
      {
        ...head,
        metadata,
        spec: { ingressClassName: 'nginx', rules: [{ host: 'a' }, { host: 'b' }, { host: 'c' }], tls: [{}] },
        status: { loadBalancer: { ingress: [{ ip: '2.2.2.2' }, { ip: '1.1.1.1' }] } },
      },
      ['a', 'nginx', 'a,b,c', '1.1.1.1,2.2.2.2', '80, 443', '60m'],
    ],
    [
      'more hosts',
      { ...head, metadata, spec: { rules: [{ host: 'a' }, {}, { host: 'b' }, { host: 'c' }, { host: 'd' }] } },
      ['a', '<none>', 'a,b,c + 2 more...', '', '80', '60m'],
    ],
  ])('%s', (_, object, cells) => {
    expect(table.cells(object, NOW)).toEqual(cells);
  });
});
