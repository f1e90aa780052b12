import type { corev1 } from '@typekube/api';
import { applyNodePorts, dryRunTaker, heldPorts, planNodePorts } from './node-ports';
import { PortBitmap } from './port-range';

type Spec = corev1.ServiceSpec;

const RANGE = { base: 30_000, size: 4 };
const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' } };
const tcp = (port: number, nodePort?: number): corev1.ServicePort => ({ name: `t${port}`, port, protocol: 'TCP', ...(nodePort && { nodePort }) });
const udp = (port: number, nodePort?: number): corev1.ServicePort => ({ ...tcp(port, nodePort), name: `u${port}`, protocol: 'UDP' });
const balancer = (spec: Spec): Spec => ({ type: 'LoadBalancer', externalTrafficPolicy: 'Local', ...spec });

/** Plans with all ports taken but those of `free`, so that it is known which are given. */
function plan(spec: Spec, old: Spec | undefined, free: readonly number[]): { ports: unknown; health: unknown; taken: unknown; released: unknown } {
  const bitmap = new PortBitmap(RANGE);
  for (let port = 30_000; port < 30_004; port += 1) if (!free.includes(port)) bitmap.take(port);
  const { ports, healthCheckNodePort: health, taken, released } = planNodePorts(service, spec, old, bitmap);
  return { ports, health, taken, released };
}

const node = (...ports: corev1.ServicePort[]): Spec => ({ type: 'NodePort', ports });

it.each<[what: string, spec: Spec, old: Spec | undefined, free: number[], ports: unknown[], taken: number[], released: number[]]>([
  ['a new port', node(tcp(80)), undefined, [30_001], [30_001], [30_001], []],
  ['one that the user chose', node(tcp(80, 30_002)), undefined, [30_002], [30_002], [30_002], []],
  ['both protocols of a port', node(tcp(53), udp(53)), undefined, [30_001], [30_001, 30_001], [30_001], []],
  ['both protocols, the second chosen', node(tcp(53), udp(53, 30_002)), undefined, [30_002], [30_002, 30_002], [30_002], []],
  ['each protocol with its own', node(tcp(53, 30_001), udp(53, 30_002)), undefined, [30_001, 30_002], [30_001, 30_002], [30_001, 30_002], []],
  ['no node port', { type: 'ClusterIP', ports: [tcp(80)] }, undefined, [], [undefined], [], []],
  ['an unchanged service', node(tcp(80, 30_001)), node(tcp(80, 30_001)), [], [30_001], [], []],
  ['another port', node(tcp(80, 30_002)), node(tcp(80, 30_001)), [30_002], [30_002], [30_002], [30_001]],
  ['a port more', node(tcp(80, 30_001), tcp(81)), node(tcp(80, 30_001)), [30_003], [30_001, 30_003], [30_003], []],
  ['a port less', node(tcp(80, 30_001)), node(tcp(80, 30_001), tcp(81, 30_002)), [], [30_001], [], [30_002]],
  ['no longer reached by nodes', { type: 'ClusterIP', ports: [tcp(80, 30_001)] }, node(tcp(80, 30_001)), [], [30_001], [], [30_001]],
  ['reached by nodes now', node(tcp(80)), { type: 'ClusterIP', ports: [tcp(80)] }, [30_000], [30_000], [30_000], []],
  ['a balancer without node ports', { type: 'LoadBalancer', allocateLoadBalancerNodePorts: false, ports: [tcp(80)] }, undefined, [], [undefined], [], []],
])('%s', (_, spec, old, free, ports, taken, released) => {
  expect(plan(spec, old, free)).toEqual({ ports, health: undefined, taken, released });
});

it.each<[what: string, spec: Spec, old: Spec | undefined, free: number[], health: number | undefined, released: number[]]>([
  ['is taken', balancer({}), undefined, [30_001], 30_001, []],
  ['is the one that the user chose', balancer({ healthCheckNodePort: 30_002 }), undefined, [30_002], 30_002, []],
  ['stays', balancer({ healthCheckNodePort: 30_001 }), balancer({ healthCheckNodePort: 30_001 }), [], 30_001, []],
  ['is given back', balancer({ externalTrafficPolicy: 'Cluster' }), balancer({ healthCheckNodePort: 30_001 }), [], undefined, [30_001]],
])('the health check port %s', (_, spec, old, free, health, released) => {
  expect(plan(spec, old, free)).toMatchObject({ health, released });
});

it.each<[what: string, spec: Spec, old: Spec | undefined, message: string]>([
  ['a port that is taken', node(tcp(80, 30_001)), undefined, 'spec.ports[0].nodePort: Invalid value: 30001: provided port is already allocated'],
  ['a port of no range', node(tcp(80, 80)), undefined, 'The range of valid ports is 30000-30003'],
  ['any port where there is none', node(tcp(80)), undefined, 'Internal error occurred: failed to allocate a nodePort: range is full'],
  ['a health check port that is taken', balancer({ healthCheckNodePort: 30_001 }), undefined,
    'failed to allocate requested HealthCheck NodePort 30001: provided port is already allocated'],
  ['a node port twice', node(tcp(80, 30_001), tcp(81, 30_001)), node(tcp(80, 30_001)), 'duplicate nodePort: {TCP 30001}'],
])('refuses %s', (_, spec, old, message) => {
  expect(() => plan(spec, old, [])).toThrow(message);
});

it('writes a plan into the service', () => {
  const spec = balancer({ ports: [tcp(80), udp(80)] });
  applyNodePorts(spec, { ports: [30_001, undefined], healthCheckNodePort: 30_002, taken: [], released: [] });
  expect([spec.ports?.map(({ nodePort }) => nodePort), spec.healthCheckNodePort, heldPorts(spec)]).toEqual([
    [30_001, undefined], 30_002, [30_001, 30_002],
  ]);
});

it('makes ports up in a dry run', () => {
  const taker = dryRunTaker((port) => port === 30_001);
  expect([taker.takeNext(), taker.takeNext()]).toEqual([32_769, 32_770]);
  taker.take(30_002);
  expect(() => taker.take(30_002)).toThrow('provided port is already allocated');
  expect(() => taker.take(30_001)).toThrow('provided port is already allocated');
});
