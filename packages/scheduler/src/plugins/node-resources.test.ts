import type { Pod } from '../framework/objects';
import { filterResults, makeNode, makePod, scoreResults } from '../testing';
import { NodeResourcesBalancedAllocation } from './balanced-allocation';
import { DEFAULT_FIT_ARGS, NodeResourcesFit } from './node-resources-fit';

const fit = (): NodeResourcesFit => new NodeResourcesFit();
const container = (requests: Record<string, string>, restartPolicy?: string) => ({
  name: 'c',
  resources: { requests },
  ...(restartPolicy && { restartPolicy }),
});

// A node of 4 cores, 8 GiB, 2 of example.com/gpu, on which a pod has 2 cores and 1 GiB.
const world = {
  nodes: [makeNode('n', { allocatable: { 'example.com/gpu': '2', 'ephemeral-storage': '10Gi' } })],
  pods: [makePod('other', { nodeName: 'n', requests: { cpu: '2', memory: '1Gi' } })],
};

it.each<[string, Pod, string]>([
  ['nothing asked for', makePod('p'), 'ok'],
  ['all that is left', makePod('p', { requests: { cpu: '2', memory: '7Gi' } }), 'ok'],
  ['too much CPU', makePod('p', { requests: { cpu: '2001m' } }), 'Unschedulable: Insufficient cpu'],
  [
    'too much of two',
    makePod('p', { requests: { cpu: '3', memory: '7.5Gi' } }),
    'Unschedulable: Insufficient cpu, Insufficient memory',
  ],
  ['more than an empty node has', makePod('p', { requests: { cpu: '5' } }), 'UnschedulableAndUnresolvable: Insufficient cpu'],
  ['an extended resource', makePod('p', { requests: { 'example.com/gpu': '2' } }), 'ok'],
  [
    'too much of it',
    makePod('p', { requests: { 'example.com/gpu': '3' } }),
    'UnschedulableAndUnresolvable: Insufficient example.com/gpu',
  ],
  [
    'one that the node does not have',
    makePod('p', { requests: { 'example.com/foo': '1' } }),
    'UnschedulableAndUnresolvable: Insufficient example.com/foo',
  ],
  ['none of one that the node does not have', makePod('p', { requests: { 'example.com/foo': '0' } }), 'ok'],
  [
    'ephemeral storage',
    makePod('p', { requests: { 'ephemeral-storage': '11Gi' } }),
    'UnschedulableAndUnresolvable: Insufficient ephemeral-storage',
  ],
  [
    'the largest init container',
    makePod('p', { spec: { initContainers: [container({ cpu: '3' }), container({ cpu: '1' })] } }),
    'Unschedulable: Insufficient cpu',
  ],
  [
    'init containers run one after the other',
    makePod('p', { spec: { initContainers: [container({ cpu: '2' }), container({ cpu: '2' })] } }),
    'ok',
  ],
  [
    'sidecars run with the containers',
    makePod('p', { spec: { containers: [container({ cpu: '1' })], initContainers: [container({ cpu: '1500m' }, 'Always')] } }),
    'Unschedulable: Insufficient cpu',
  ],
  [
    'sidecars run with later init containers',
    makePod('p', { spec: { initContainers: [container({ cpu: '1' }, 'Always'), container({ cpu: '1500m' })] } }),
    'Unschedulable: Insufficient cpu',
  ],
  [
    'but not with earlier ones',
    makePod('p', { spec: { initContainers: [container({ cpu: '1500m' }), container({ cpu: '1' }, 'Always')] } }),
    'ok',
  ],
  ['overhead', makePod('p', { requests: { cpu: '2' }, spec: { overhead: { cpu: '1m' } } }), 'Unschedulable: Insufficient cpu'],
  [
    'requests of the pod itself',
    makePod('p', { requests: { cpu: '1' }, spec: { resources: { requests: { cpu: '3' } } } }),
    'Unschedulable: Insufficient cpu',
  ],
])('fit: %s', (_, pod, expected) => {
  expect(filterResults(fit, pod, world)).toEqual({ n: expected });
});

it('fit: too many pods, with what else lacks', () => {
  const full = {
    nodes: [makeNode('n', { allocatable: { pods: '1' } })],
    pods: [makePod('other', { nodeName: 'n', requests: { cpu: '4' } })],
  };
  expect(filterResults(fit, makePod('p', { requests: { cpu: '1' } }), full)).toEqual({
    n: 'Unschedulable: Too many pods, Insufficient cpu',
  });
});

it('fit: leaves out what the arguments say', () => {
  const ignoring = (args: object) => (): NodeResourcesFit => new NodeResourcesFit({ ...DEFAULT_FIT_ARGS, ...args });
  const pod = makePod('p', { requests: { 'example.com/foo': '1' } });
  expect(filterResults(ignoring({ ignoredResources: ['example.com/foo'] }), pod, world)).toEqual({ n: 'ok' });
  expect(filterResults(ignoring({ ignoredResourceGroups: ['example.com'] }), pod, world)).toEqual({ n: 'ok' });
});

it('fit: a resize that is not done counts with the most of what is asked, given and promised', () => {
  const resources = { requests: { cpu: '3' } };
  const resizing = (conditions: { type: string; status: string; reason: string }[]): Pod =>
    makePod('resizing', {
      nodeName: 'n',
      requests: { cpu: '1' },
      status: {
        conditions,
        containerStatuses: [
          { name: 'main', image: '', imageID: '', ready: true, restartCount: 0, resources, allocatedResources: { cpu: '2' } },
        ],
      },
    });
  const on = (pod: Pod) => ({ nodes: [makeNode('n')], pods: [pod] });
  expect(filterResults(fit, makePod('p', { requests: { cpu: '1500m' } }), on(resizing([])))).toEqual({
    n: 'Unschedulable: Insufficient cpu',
  });
  expect(filterResults(fit, makePod('p', { requests: { cpu: '1' } }), on(resizing([])))).toEqual({ n: 'ok' });
});

describe('scores', () => {
  const nodes = [
    makeNode('n1', { allocatable: { cpu: '4', memory: '10000' } }),
    makeNode('n2', { allocatable: { cpu: '6', memory: '10000' } }),
  ];
  const pods = [
    makePod('x', { nodeName: 'n1', requests: { cpu: '0', memory: '0' } }),
    makePod('y', { nodeName: 'n2', requests: { cpu: '0', memory: '0' } }),
  ];
  const pod = makePod('p', { requests: { cpu: '3', memory: '5000' } });

  it.each<[string, () => NodeResourcesFit | NodeResourcesBalancedAllocation, Record<string, number>]>([
    // n1: ((4-3)/4 + (10000-5000)/10000) / 2; n2: ((6-3)/6 + (10000-5000)/10000) / 2
    ['least allocated', fit, { n1: 37, n2: 50 }],
    [
      'most allocated',
      () =>
        new NodeResourcesFit({
          ...DEFAULT_FIT_ARGS,
          scoringStrategy: { ...DEFAULT_FIT_ARGS.scoringStrategy, type: 'MostAllocated' } as never,
        }),
      { n1: 62, n2: 50 },
    ],
    // n1: 1 - |3/4 - 1/2| / 2; n2: 1 - |3/6 - 1/2| / 2
    ['balanced', () => new NodeResourcesBalancedAllocation(), { n1: 87, n2: 100 }],
  ])('%s', (_, plugin, expected) => {
    expect(scoreResults(plugin, pod, { nodes, pods })).toEqual(expected);
  });

  it('by a curve', () => {
    const shape = [
      { utilization: 0, score: 10 },
      { utilization: 100, score: 0 },
    ];
    const { resources } = DEFAULT_FIT_ARGS.scoringStrategy;
    const plugin = () =>
      new NodeResourcesFit({ ...DEFAULT_FIT_ARGS, scoringStrategy: { type: 'RequestedToCapacityRatio', resources, shape } });
    // n1: (25 + 50) / 2, rounded; n2: (50 + 50) / 2
    expect(scoreResults(plugin, pod, { nodes, pods })).toEqual({ n1: 38, n2: 50 });
  });

  it('pods that ask for nothing count a little, and not at all for balance', () => {
    const one = [makeNode('n', { allocatable: { cpu: '1', memory: '1000Mi' } })];
    // 100m of 1, 200Mi of 1000Mi
    expect(scoreResults(fit, makePod('p'), { nodes: one })).toEqual({ n: 85 });
    expect(scoreResults(() => new NodeResourcesBalancedAllocation(), makePod('p'), { nodes: one })).toBeUndefined();
  });
});
