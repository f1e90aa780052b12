import { snapshotOf } from './cache/snapshot';
import { CycleState } from './framework/cycle-state';
import { fitMessage } from './framework/diagnosis';
import type { Node, Pod } from './framework/objects';
import { NodeChooser, type ScheduleResult, type SchedulerOptions } from './schedule-one';
import { makeNode, makePod, testFramework } from './testing';

function schedule(pod: Pod, nodes: Node[], pods: Pod[] = [], options: SchedulerOptions = {}): ScheduleResult {
  const snapshot = snapshotOf(nodes, pods);
  return new NodeChooser(options).choose(testFramework({ snapshot }), new CycleState(), pod, snapshot);
}

/** The node's name, or why there is none. */
function outcome(result: ScheduleResult): string {
  if (result.outcome === 'scheduled') return result.nodeName;
  return result.outcome === 'unschedulable' ? fitMessage(result.allNodes, result.diagnosis) : result.outcome;
}

const three = [makeNode('a'), makeNode('b'), makeNode('tainted', { taints: [{ key: 'k', effect: 'NoSchedule' }] })];

it.each<[string, Pod, Node[], string]>([
  ['no nodes', makePod('p'), [], 'noNodes'],
  ['one that fits', makePod('p', { requests: { cpu: '1' } }), [makeNode('a')], 'a'],
  [
    'what each node lacks',
    makePod('p', { requests: { cpu: '5' } }),
    three,
    '0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient cpu.',
  ],
  [
    'nodes that PreFilter has ruled out',
    makePod('p', {
      requests: { cpu: '5' },
      spec: {
        containers: [{ name: 'c', resources: { requests: { cpu: '5' } } }],
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['a'] }] }],
            },
          },
        },
      },
    }),
    three,
    "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't satisfy plugin(s) [NodeAffinity].",
  ],
  [
    'a named node that is not there',
    makePod('p', { nodeName: 'x' }),
    three.slice(0, 2),
    "0/2 nodes are available: 2 node(s) didn't match the requested node name.",
  ],
])('%s', (_, pod, nodes, expected) => {
  expect(outcome(schedule(pod, nodes))).toBe(expected);
});

it('prefers the emptier node', () => {
  const pods = [makePod('other', { nodeName: 'a', requests: { cpu: '2', memory: '4Gi' } })];
  expect(outcome(schedule(makePod('p', { requests: { cpu: '1', memory: '2Gi' } }), three, pods))).toBe('b');
});

it('chooses each of equal nodes', () => {
  const chosen = [0, 0.99].map((random) => outcome(schedule(makePod('p'), three, [], { random: () => random })));
  expect(new Set(chosen)).toEqual(new Set(['a', 'b']));
});

it('takes the nominated node if the pod fits there', () => {
  const pods = [makePod('other', { nodeName: 'a', requests: { cpu: '2' } })];
  const nominated = makePod('p', { requests: { cpu: '1' }, status: { nominatedNodeName: 'a' } });
  expect(outcome(schedule(nominated, three, pods))).toBe('a');
});

it('leaves room for pods of at least its priority that are nominated', () => {
  const snapshot = snapshotOf([makeNode('a')]);
  const waiting = makePod('waiting', { priority: 5, requests: { cpu: '4' } });
  const handle = { nominator: { nominatedPods: () => [waiting] } };
  const choose = (pod: Pod): string =>
    outcome(new NodeChooser().choose(testFramework({ snapshot, handle }), new CycleState(), pod, snapshot));
  expect(choose(makePod('p', { priority: 5, requests: { cpu: '1' } }))).toBe('0/1 nodes are available: 1 Insufficient cpu.');
  expect(choose(makePod('p', { priority: 6, requests: { cpu: '1' } }))).toBe('a');
});

it.each([
  [50, 0, 50],
  [1000, 0, 420],
  [6000, 0, 300],
  [1000, 5, 100],
  [1000, 100, 1000],
])('of %i nodes with %i %% looks for %i', (count, percentageOfNodesToScore, feasible) => {
  const nodes = Array.from({ length: count }, (_, i) => makeNode(`n${i}`));
  expect(schedule(makePod('p'), nodes, [], { percentageOfNodesToScore })).toMatchObject({ feasibleNodes: feasible });
});

it('goes on where it has stopped, so that all nodes get their turn', () => {
  const snapshot = snapshotOf(Array.from({ length: 300 }, (_, i) => makeNode(`n${i}`)));
  const framework = testFramework({ snapshot });
  const chooser = new NodeChooser({ percentageOfNodesToScore: 30, random: () => 0.999 });
  const chosen = [1, 2, 3, 4].map((i) => outcome(chooser.choose(framework, new CycleState(), makePod(`p${i}`), snapshot)));
  expect(chosen).toEqual(['n0', 'n100', 'n200', 'n0']);
});

it('reports a plugin that throws', () => {
  const snapshot = snapshotOf([makeNode('a')]);
  const broken = {
    name: 'Broken',
    filter: () => {
      throw new Error('no way');
    },
  };
  const further = [{ name: 'Broken', create: () => broken }];
  const framework = testFramework({ snapshot, further });
  const result = new NodeChooser().choose(framework, new CycleState(), makePod('p'), snapshot);
  expect(result).toMatchObject({
    outcome: 'error',
    status: { reasons: ['running "Broken" filter plugin: no way'], plugin: 'Broken' },
  });
});
