import type { corev1 } from '../../../types';
import { table } from './columns';

const NOW = new Date('2026-01-10T12:00:00Z');
const head = { apiVersion: 'v1', kind: 'Service' } as const;
const metadata = { name: 'a', creationTimestamp: '2026-01-10T11:00:00Z' };

describe('the columns of services', () => {
  it.each<[what: string, object: corev1.Service, cells: unknown[]]>([
    ['nothing said', { ...head, metadata: { name: 'a' } }, ['a', '', '<none>', '<unknown>', '<none>', '<unknown>', '<none>']],
    [
      'a cluster IP',
      {
        ...head,
        metadata,
        spec: {
          type: 'ClusterIP',
          clusterIPs: ['10.0.0.1'],
          ports: [{ port: 80, protocol: 'TCP' }],
          selector: { b: '2', a: '1' },
        },
      },
      ['a', 'ClusterIP', '10.0.0.1', '<none>', '80/TCP', '60m', 'a=1,b=2'],
    ],
    [
      'node ports',
      {
        ...head,
        metadata,
        spec: {
          type: 'NodePort',
          clusterIPs: ['10.0.0.1'],
          externalIPs: ['1.2.3.4', '1.2.3.5'],
          ports: [{ port: 80, nodePort: 30080, protocol: 'TCP' }, { port: 53, protocol: 'UDP' }],
        },
      },
      ['a', 'NodePort', '10.0.0.1', '1.2.3.4,1.2.3.5', '80:30080/TCP,53/UDP', '60m', '<none>'],
    ],
    [
      'a load balancer that is not there yet',
      { ...head, metadata, spec: { type: 'LoadBalancer' } },
      ['a', 'LoadBalancer', '<none>', '<pending>', '<none>', '60m', '<none>'],
    ],
    [
      'a load balancer',
      {
        ...head,
        metadata,
        spec: { type: 'LoadBalancer', externalIPs: ['9.9.9.9'] },
        status: { loadBalancer: { ingress: [{ ip: '5.5.5.5' }, { hostname: 'a.very.long.host.name' }, { ip: '5.5.5.5' }] } },
      },
      ['a', 'LoadBalancer', '<none>', '5.5.5.5,a.very.long.host.name,9.9.9.9', '<none>', '60m', '<none>'],
    ],
    [
      'another name',
      { ...head, metadata, spec: { type: 'ExternalName', externalName: 'db.example.com' } },
      ['a', 'ExternalName', '<none>', 'db.example.com', '<none>', '60m', '<none>'],
    ],
  ])('%s', (_, object, cells) => {
    expect(table.cells(object, NOW)).toEqual(cells);
  });
});
