import { endpointSlice, NODE_NAME, service } from '../testing/objects';
import { ProxyModel } from './changes';

const web = service('web', {
  clusterIP: '10.96.0.10',
  ports: [
    { port: 80, name: 'http' },
    { port: 53, name: 'dns', protocol: 'UDP' },
  ],
});
const ports = [
  { name: 'http', port: 8080, protocol: 'TCP' },
  { name: 'dns', port: 5353, protocol: 'UDP' },
];
const slice = (...ips: string[]) =>
  endpointSlice(
    'web',
    ips.map((ip) => ({ addresses: [ip], nodeName: NODE_NAME })),
    ports,
  );

describe('ProxyModel', () => {
  it('joins services and slices, whichever comes first', () => {
    const model = new ProxyModel(NODE_NAME);
    expect(model.setSlice(slice('10.244.0.3', '10.244.0.2'))).toBe(false);
    expect(model.setService(web)).toBe(true);
    const [http, dns] = model.ports('IPv4');
    expect(http?.endpoints.map(({ ip, port }) => [ip, port])).toEqual([
      ['10.244.0.2', 8080],
      ['10.244.0.3', 8080],
    ]);
    expect(dns?.endpoints.map(({ port }) => port)).toEqual([5353, 5353]);
    expect(model.ports('IPv6')).toEqual([]);
  });

  it('keeps what has not changed, and says so', () => {
    const model = new ProxyModel(NODE_NAME);
    model.setService(web);
    model.setSlice(slice('10.244.0.2'));
    const before = model.ports('IPv4');
    expect(model.setService({ ...web, metadata: { ...web.metadata, labels: { a: 'b' } } })).toBe(false);
    expect(model.setSlice(structuredClone(slice('10.244.0.2')))).toBe(false);
    expect(model.ports('IPv4').map((state, i) => state === before[i])).toEqual([true, true]);
    expect(model.setSlice(slice('10.244.0.4'))).toBe(true);
  });

  it('takes an endpoint of two slices once, and forgets slices and services', () => {
    const model = new ProxyModel(NODE_NAME);
    model.setService(web);
    model.setSlice(slice('10.244.0.2'));
    const second = slice('10.244.0.2', '10.244.0.5');
    second.metadata.name = 'web-2';
    model.setSlice(second);
    expect(model.ports('IPv4')[0]?.endpoints.map(({ ip }) => ip)).toEqual(['10.244.0.2', '10.244.0.5']);
    expect(model.removeSlice(slice())).toBe(false);
    expect(model.removeSlice(second)).toBe(true);
    expect(model.ports('IPv4')[0]?.endpoints).toEqual([]);
    expect(model.removeService(web)).toBe(true);
    expect(model.removeService(web)).toBe(false);
    expect(model.ports('IPv4')).toEqual([]);
  });

  it('counts ready endpoints of the node for load balancers', () => {
    const model = new ProxyModel(NODE_NAME);
    const spec = { ...web.spec, type: 'LoadBalancer', externalTrafficPolicy: 'Local', healthCheckNodePort: 31_000 };
    expect(model.setService({ ...web, spec })).toBe(true);
    const mixed = slice('10.244.0.2', '10.244.0.3', '10.244.0.4');
    const [, second, third] = mixed.endpoints ?? [];
    if (second) second.conditions = { ready: false };
    if (third) third.nodeName = 'other';
    model.setSlice(mixed);
    expect(model.healthChecks()).toEqual([{ namespace: 'default', name: 'web', port: 31_000, localEndpoints: 1 }]);
    expect(model.setService(web)).toBe(true);
    expect(model.healthChecks()).toEqual([]);
  });
});
