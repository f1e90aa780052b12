import { parseLabelSelectorString } from '@typekube/apimachinery';
import type { Pod } from '../framework/objects';
import { filterResults, makeNode, makePod, scoreResults } from '../testing';
import { PodTopologySpread } from './pod-topology-spread';

type Constraint = NonNullable<NonNullable<Pod['spec']>['topologySpreadConstraints']>[number];

const constraint = (topologyKey: string, rest: Partial<Constraint> = {}): Constraint => ({
  maxSkew: 1,
  topologyKey,
  whenUnsatisfiable: 'DoNotSchedule',
  labelSelector: { matchLabels: { app: 'web' } },
  ...rest,
});
const spread = (...topologySpreadConstraints: Constraint[]): Pod =>
  makePod('p', { labels: { app: 'web' }, spec: { topologySpreadConstraints } });
const web = (name: string, nodeName: string, rest: object = {}): Pod =>
  makePod(name, { nodeName, labels: { app: 'web' }, ...rest });

const nodes = [
  makeNode('a', { labels: { zone: 'x' } }),
  makeNode('b', { labels: { zone: 'x' } }),
  makeNode('c', { labels: { zone: 'y' } }),
  makeNode('d'),
];
const skewed = "Unschedulable: node(s) didn't match pod topology spread constraints";
const noLabel = "UnschedulableAndUnresolvable: node(s) didn't match pod topology spread constraints (missing required label)";
const plugin = (handle: ConstructorParameters<typeof PodTopologySpread>[0]): PodTopologySpread => new PodTopologySpread(handle);

it.each<[string, Pod, Pod[], Record<string, string>]>([
  ['no constraints', makePod('p'), [], { a: 'ok', b: 'ok', c: 'ok', d: 'ok' }],
  ['an empty cluster', spread(constraint('zone')), [], { a: 'ok', b: 'ok', c: 'ok', d: noLabel }],
  ['one zone ahead', spread(constraint('zone')), [web('1', 'a')], { a: skewed, b: skewed, c: 'ok', d: noLabel }],
  ['a larger skew', spread(constraint('zone', { maxSkew: 2 })), [web('1', 'a')], { a: 'ok', b: 'ok', c: 'ok', d: noLabel }],
  [
    'pods that are being deleted do not count',
    spread(constraint('zone')),
    [web('1', 'a', { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } })],
    { a: 'ok', b: 'ok', c: 'ok', d: noLabel },
  ],
  [
    'pods of other namespaces do not count',
    spread(constraint('zone')),
    [web('1', 'a', { namespace: 'other' })],
    { a: 'ok', b: 'ok', c: 'ok', d: noLabel },
  ],
  [
    'fewer zones than minDomains',
    spread(constraint('zone', { minDomains: 3 })),
    [web('1', 'a'), web('2', 'c')],
    { a: skewed, b: skewed, c: skewed, d: noLabel },
  ],
  [
    'zones and hosts',
    spread(constraint('zone'), constraint('kubernetes.io/hostname')),
    [web('1', 'a'), web('2', 'c')],
    { a: skewed, b: 'ok', c: skewed, d: noLabel },
  ],
  [
    'matchLabelKeys',
    makePod('p', {
      labels: { app: 'web', hash: '2' },
      spec: { topologySpreadConstraints: [constraint('zone', { matchLabelKeys: ['hash'] })] },
    }),
    [web('1', 'a', { labels: { app: 'web', hash: '1' } })],
    { a: 'ok', b: 'ok', c: 'ok', d: noLabel },
  ],
  [
    'only nodes that affinity allows count',
    {
      ...spread(constraint('zone')),
      spec: { containers: [], nodeSelector: { zone: 'x' }, topologySpreadConstraints: [constraint('zone')] },
    },
    [web('1', 'a')],
    { a: 'ok', b: 'ok', c: 'ok', d: noLabel },
  ],
])('filters: %s', (_, pod, pods, expected) => {
  expect(filterResults(plugin, pod, { nodes, pods })).toEqual(expected);
});

it('counts nodes with taints only where it shall', () => {
  const tainted = [
    makeNode('a', { labels: { zone: 'x' } }),
    makeNode('b', { labels: { zone: 'y' }, taints: [{ key: 'k', effect: 'NoSchedule' }] }),
  ];
  const pods = [web('1', 'a')];
  expect(filterResults(plugin, spread(constraint('zone')), { nodes: tainted, pods })).toEqual({ a: skewed, b: 'ok' });
  expect(
    filterResults(plugin, spread(constraint('zone', { nodeTaintsPolicy: 'Honor' })), { nodes: tainted, pods }),
  ).toMatchObject({ a: 'ok' });
});

it('scores nodes by how few pods share their topologies', () => {
  const soft = spread(constraint('zone', { whenUnsatisfiable: 'ScheduleAnyway' }));
  const pods = [web('1', 'a'), web('2', 'b'), web('3', 'c')];
  // x: 2 ln 4 = 2.77 -> 3, y: ln 4 = 1.39 -> 1; 100 * (3 + 1 - s) / 3
  expect(scoreResults(plugin, soft, { nodes, pods })).toEqual({ a: 33, b: 33, c: 100, d: 0 });
});

it('spreads the pods of a service or controller without being told to', () => {
  const owners = parseLabelSelectorString('app=web');
  const pods = [web('1', 'a'), web('2', 'a')];
  const two = [makeNode('a'), makeNode('b')];
  const scores = scoreResults(plugin, makePod('p', { labels: { app: 'web' } }), { nodes: two, pods, owners });
  expect(scores?.['b']).toBeGreaterThan(scores?.['a'] ?? 0);
  expect(scoreResults(plugin, makePod('p'), { nodes: two, pods })).toBeUndefined();
});
