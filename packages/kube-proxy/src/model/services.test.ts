import type { corev1 } from '@typekube/api';
import { service } from '../testing/objects';
import type { IpFamily } from './ip-family';
import { servicePorts, usesClusterEndpoints, usesLocalEndpoints } from './services';

const web = (spec: Partial<corev1.ServiceSpec>, status: corev1.ServiceStatus = {}): corev1.Service => ({
  ...service('web', { clusterIP: '10.96.0.10', clusterIPs: ['10.96.0.10'], ports: [{ port: 80 }], ...spec }),
  status,
});

describe('servicePorts', () => {
  it.each<[string, corev1.Service, IpFamily, number]>([
    ['a headless service has none', web({ clusterIP: 'None', clusterIPs: ['None'] }), 'IPv4', 0],
    ['ExternalName has none', web({ type: 'ExternalName', externalName: 'example.com' }), 'IPv4', 0],
    ['without an address yet', web({ clusterIP: '', clusterIPs: [] }), 'IPv4', 0],
    ['of its own family', web({}), 'IPv4', 1],
    ['none of the other family', web({}), 'IPv6', 0],
    ['both of dual stack', web({ clusterIPs: ['10.96.0.10', 'fd00::10'] }), 'IPv6', 1],
    [
      'all ports of known protocols',
      web({
        ports: [
          { port: 1, protocol: 'UDP' },
          { port: 2, protocol: 'SCTP' },
          { port: 3, protocol: 'X' },
        ],
      }),
      'IPv4',
      2,
    ],
  ])('%s', (_, object, family, count) => {
    expect(servicePorts(object, family)).toHaveLength(count);
  });

  it('takes the addresses of the family alone, canonically', () => {
    const object = web(
      {
        clusterIPs: ['10.96.0.10', 'FD00:0::10'],
        externalIPs: ['192.0.2.7', '2001:DB8::7'],
        loadBalancerSourceRanges: ['192.0.2.0/24', ' 2001:db8::/32'],
      },
      {
        loadBalancer: {
          ingress: [{ ip: '198.51.100.1' }, { ip: '2001:db8::1', ipMode: 'VIP' }, { ip: '2001:db8::2', ipMode: 'Proxy' }],
        },
      },
    );
    expect(servicePorts(object, 'IPv6')).toMatchObject([
      { clusterIp: 'fd00::10', externalIps: ['2001:db8::7'], loadBalancerIps: ['2001:db8::1'], sourceRanges: ['2001:db8::/32'] },
    ]);
  });

  it.each<[string, Partial<corev1.ServiceSpec>, number]>([
    ['no affinity', { sessionAffinity: 'None' }, 0],
    ['the default time', { sessionAffinity: 'ClientIP' }, 10_800],
    ['the time given', { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 7 } } }, 7],
  ])('affinity: %s', (_, spec, seconds) => {
    expect(servicePorts(web(spec), 'IPv4')[0]?.affinitySeconds).toBe(seconds);
  });

  const nodePort = { type: 'NodePort', ports: [{ port: 80, nodePort: 30_080 }] };
  it.each<[string, Partial<corev1.ServiceSpec>, { cluster: boolean; local: boolean }]>([
    ['ClusterIP', {}, { cluster: true, local: false }],
    ['internal Local', { internalTrafficPolicy: 'Local' }, { cluster: false, local: true }],
    ['external Local left over on ClusterIP', { externalTrafficPolicy: 'Local' }, { cluster: true, local: false }],
    ['NodePort', nodePort, { cluster: true, local: false }],
    ['NodePort, external Local', { ...nodePort, externalTrafficPolicy: 'Local' }, { cluster: true, local: true }],
    ['NodePort, internal Local', { ...nodePort, internalTrafficPolicy: 'Local' }, { cluster: true, local: true }],
    [
      'NodePort, both',
      { ...nodePort, internalTrafficPolicy: 'Local', externalTrafficPolicy: 'Local' },
      { cluster: true, local: true },
    ],
  ])('policies: %s', (_, spec, { cluster, local }) => {
    const ports = servicePorts(web(spec), 'IPv4');
    expect(ports.map(usesClusterEndpoints)).toEqual([cluster]);
    expect(ports.map(usesLocalEndpoints)).toEqual([local]);
  });
});
