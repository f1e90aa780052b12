import type { Pod } from '../framework/objects';
import { filterResults, makeNode, makePod, scoreResults } from '../testing';
import { NodeName } from './node-name';
import { NodePorts } from './node-ports';
import { NodeUnschedulable } from './node-unschedulable';
import { TaintToleration } from './taint-toleration';

const containerPorts = (
  ...ports: { hostPort: number; hostIP?: string; protocol?: string }[]
): Partial<NonNullable<Pod['spec']>> => ({
  containers: [{ name: 'main', ports: ports.map((port) => ({ containerPort: port.hostPort, ...port })) }],
});

it('NodeName: only the named node', () => {
  const world = { nodes: [makeNode('a'), makeNode('b')] };
  const plugin = (): NodeName => new NodeName();
  expect(filterResults(plugin, makePod('p'), world)).toEqual({ a: 'ok', b: 'ok' });
  expect(filterResults(plugin, makePod('p', { nodeName: 'a' }), world)).toEqual({
    a: 'ok',
    b: "UnschedulableAndUnresolvable: node(s) didn't match the requested node name",
  });
});

it('NodeUnschedulable: cordoned nodes only for pods that tolerate it', () => {
  const world = { nodes: [makeNode('open'), makeNode('cordoned', { unschedulable: true })] };
  const plugin = (): NodeUnschedulable => new NodeUnschedulable();
  expect(filterResults(plugin, makePod('p'), world)).toEqual({
    open: 'ok',
    cordoned: 'UnschedulableAndUnresolvable: node(s) were unschedulable',
  });
  const tolerations = [{ key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' }];
  expect(filterResults(plugin, makePod('p', { spec: { tolerations } }), world)).toEqual({ open: 'ok', cordoned: 'ok' });
});

describe('TaintToleration', () => {
  const taint = { key: 'dedicated', value: 'user1', effect: 'NoSchedule' };
  const no = 'UnschedulableAndUnresolvable: node(s) had untolerated taint(s)';

  it.each<[string, object[], object[], string]>([
    ['no toleration', [taint], [], no],
    ['the same key and value', [taint], [{ key: 'dedicated', operator: 'Equal', value: 'user1', effect: 'NoSchedule' }], 'ok'],
    ['Equal is the default', [taint], [{ key: 'dedicated', value: 'user1' }], 'ok'],
    ['another value', [taint], [{ key: 'dedicated', operator: 'Equal', value: 'user2', effect: 'NoSchedule' }], no],
    ['Exists', [taint], [{ key: 'dedicated', operator: 'Exists' }], 'ok'],
    ['Exists without a key bears everything', [taint], [{ operator: 'Exists' }], 'ok'],
    ['another effect', [taint], [{ key: 'dedicated', operator: 'Exists', effect: 'NoExecute' }], no],
    ['PreferNoSchedule does not filter', [{ ...taint, effect: 'PreferNoSchedule' }], [], 'ok'],
    ['NoExecute filters', [{ ...taint, effect: 'NoExecute' }], [], no],
    ['one of two taints', [taint, { key: 'b', effect: 'NoSchedule' }], [{ key: 'dedicated', operator: 'Exists' }], no],
    ['Gt: a taint above the limit', [{ ...taint, value: '10' }], [{ key: 'dedicated', operator: 'Gt', value: '5' }], 'ok'],
    ['Gt: a taint below the limit', [{ ...taint, value: '5' }], [{ key: 'dedicated', operator: 'Gt', value: '10' }], no],
    ['Lt with no number', [{ ...taint, value: 'x' }], [{ key: 'dedicated', operator: 'Lt', value: '10' }], no],
  ])('filters: %s', (_, taints, tolerations, expected) => {
    const world = { nodes: [makeNode('n', { taints: taints as never })] };
    expect(
      filterResults(() => new TaintToleration(), makePod('p', { spec: { tolerations: tolerations as never } }), world),
    ).toEqual({ n: expected });
  });

  it('prefers nodes with fewer taints that are not tolerated', () => {
    const soft = (key: string): { key: string; effect: string } => ({ key, effect: 'PreferNoSchedule' });
    const nodes = [
      makeNode('none'),
      makeNode('one', { taints: [soft('a')] }),
      makeNode('two', { taints: [soft('a'), soft('b')] }),
    ];
    const plugin = (): TaintToleration => new TaintToleration();
    expect(scoreResults(plugin, makePod('p'), { nodes })).toEqual({ none: 100, one: 50, two: 0 });
    const tolerations = [{ key: 'a', operator: 'Exists' }];
    expect(scoreResults(plugin, makePod('p', { spec: { tolerations } }), { nodes })).toEqual({ none: 100, one: 100, two: 0 });
  });
});

it.each<[string, Partial<NonNullable<Pod['spec']>>, Partial<NonNullable<Pod['spec']>>, boolean]>([
  ['nothing asked for', {}, containerPorts({ hostPort: 8080 }), true],
  ['another port', containerPorts({ hostPort: 8080 }), containerPorts({ hostPort: 9090 }), true],
  ['the same port', containerPorts({ hostPort: 8080 }), containerPorts({ hostPort: 8080 }), false],
  ['another protocol', containerPorts({ hostPort: 8080, protocol: 'UDP' }), containerPorts({ hostPort: 8080 }), true],
  [
    'another address',
    containerPorts({ hostPort: 8080, hostIP: '10.0.0.1' }),
    containerPorts({ hostPort: 8080, hostIP: '10.0.0.2' }),
    true,
  ],
  ['all addresses asked for', containerPorts({ hostPort: 8080 }), containerPorts({ hostPort: 8080, hostIP: '10.0.0.2' }), false],
  ['all addresses taken', containerPorts({ hostPort: 8080, hostIP: '10.0.0.1' }), containerPorts({ hostPort: 8080 }), false],
])('NodePorts: %s', (_, wanted, taken, fits) => {
  const world = { nodes: [makeNode('n')], pods: [makePod('other', { nodeName: 'n', spec: taken })] };
  const expected = fits ? 'ok' : "Unschedulable: node(s) didn't have free ports for the requested pod ports";
  expect(filterResults(() => new NodePorts(), makePod('p', { spec: wanted }), world)).toEqual({ n: expected });
});
