import { objectsFrom } from '../testing';
import { ServiceResolver } from './service-resolver';

const service = (spec: object): object => ({ kind: 'Service', metadata: { name: 's', namespace: 'n' }, spec });
const slice = (name: string, ports: object[], endpoints: object[]): object => ({
  kind: 'EndpointSlice',
  metadata: { name, namespace: 'n', labels: { 'kubernetes.io/service-name': 's' } },
  ports,
  endpoints,
});

const PORTS = { ports: [{ name: 'hooks', port: 443 }], selector: { a: 'b' }, clusterIP: '10.0.0.9' };
const READY = slice('s-1', [{ name: 'hooks', port: 8443 }, { name: 'other', port: 1 }], [
  { addresses: ['10.1.0.1'] },
  { addresses: ['10.1.0.2'], conditions: { ready: false } },
  { addresses: ['10.1.0.3'], conditions: { ready: true } },
]);

it('goes to each ready pod in turn, at the port that it listens on', () => {
  const resolver = new ServiceResolver(objectsFrom(service(PORTS), READY));
  const hosts = Array.from({ length: 3 }, () => resolver.resolve('n', 's', 443));
  expect(hosts).toEqual([
    { host: '10.1.0.1', port: 8443 },
    { host: '10.1.0.3', port: 8443 },
    { host: '10.1.0.1', port: 8443 },
  ]);
});

it('goes to the cluster IP of a service that selects no pods', () => {
  const resolver = new ServiceResolver(objectsFrom(service({ ports: PORTS.ports, clusterIP: '10.0.0.9' })));
  expect(resolver.resolve('n', 's', 443)).toEqual({ host: '10.0.0.9', port: 443 });
});

it('goes to the cluster IP where that is asked for', () => {
  expect(new ServiceResolver(objectsFrom(service(PORTS), READY), 'cluster-ip').resolve('n', 's', 443)).toEqual({ host: '10.0.0.9', port: 443 });
  const headless = objectsFrom(service({ ...PORTS, clusterIP: 'None' }), READY);
  expect(() => new ServiceResolver(headless, 'cluster-ip').resolve('n', 's', 443)).toThrow('service "s" has no cluster IP');
});

it.each<[string, object[], number, string]>([
  ['no service', [], 443, 'service "s" not found'],
  ['another port', [service(PORTS)], 444, 'no service port 444 found for service "s"'],
  ['no pods', [service(PORTS)], 443, 'no endpoints available for service "s"'],
])('says so where there is %s', (_what, objects, port, why) => {
  expect(() => new ServiceResolver(objectsFrom(...objects)).resolve('n', 's', port)).toThrow(why);
});
