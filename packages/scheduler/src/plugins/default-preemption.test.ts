import type { policyv1 } from '@typekube/api';
import { snapshotOf } from '../cache/snapshot';
import type { ClusterWriter, PodEvent, PodStatusChange } from '../framework/cluster-writer';
import { CycleState } from '../framework/cycle-state';
import type { Node, Pod } from '../framework/objects';
import type { PostFilterOutcome } from '../framework/plugin';
import { NodeChooser } from '../schedule-one';
import { makeNode, makePod, testFramework, testHandle } from '../testing';

interface Preempted {
  readonly outcome: PostFilterOutcome;
  /** The pods that were deleted. */
  readonly deleted: string[];
  readonly conditions: (string | undefined)[];
  readonly events: string[];
}

async function preempt(pod: Pod, nodes: Node[], pods: Pod[], budgets: policyv1.PodDisruptionBudget[] = []): Promise<Preempted> {
  const snapshot = snapshotOf(nodes, pods);
  const deleted: string[] = [];
  const conditions: (string | undefined)[] = [];
  const events: string[] = [];
  const writer: ClusterWriter = {
    bind: () => Promise.resolve(),
    selectNode: () => Promise.resolve(),
    keepVolume: () => Promise.resolve(),
    deletePod: async ({ metadata }) => void deleted.push(metadata.name ?? ''),
    patchStatus: async (_, { condition }: PodStatusChange) => void conditions.push(condition?.reason),
    event: (_reporter, { metadata }, { note }: PodEvent) => void events.push(`${metadata.name}: ${note}`),
  };
  const cluster = { ...testHandle({}, snapshot).cluster, podDisruptionBudgets: () => budgets };
  const framework = testFramework({ snapshot, writer, handle: { cluster } });
  const state = new CycleState();
  const result = new NodeChooser().choose(framework, state, pod, snapshot);
  if (result.outcome !== 'unschedulable') throw new Error(`${result.outcome}: there is nothing to preempt`);
  return {
    outcome: await framework.postFilter(state, pod, result.diagnosis.nodeStatuses),
    deleted: deleted.sort(),
    conditions,
    events,
  };
}

const on = (nodeName: string, name: string, cpu: string, priority = 0, rest: object = {}): Pod =>
  makePod(name, { nodeName, priority, requests: { cpu }, ...rest });
const important = (cpu: string): Pod => makePod('p', { priority: 100, requests: { cpu } });
const started = (startTime: string): object => ({ status: { startTime } });

it('takes away the fewest pods of lower priority', async () => {
  const pods = [on('a', 'small', '1'), on('a', 'large', '2', 1), on('a', 'equal', '1', 100)];
  const { outcome, deleted, conditions, events } = await preempt(important('1'), [makeNode('a')], pods);
  expect(outcome).toMatchObject({ nominatedNodeName: 'a', status: { code: 'Success' } });
  expect(deleted).toEqual(['small']);
  expect(conditions).toEqual(['PreemptionByScheduler']);
  expect(events).toEqual(['small: Preempted by pod p on node a']);
});

it.each<[string, Pod[], string]>([
  ['the lowest priority', [on('a', 'x', '4', 2), on('b', 'y', '4', 1)], 'b'],
  ['the fewest', [on('a', 'x1', '2'), on('a', 'x2', '2'), on('b', 'y', '4')], 'b'],
  [
    'who started last',
    [on('a', 'x', '4', 0, started('2026-01-01T00:00:00Z')), on('b', 'y', '4', 0, started('2026-01-02T00:00:00Z'))],
    'b',
  ],
])('chooses the node where it harms least: %s', async (_, pods, expected) => {
  const { outcome } = await preempt(important('4'), [makeNode('a'), makeNode('b')], pods);
  expect(outcome.nominatedNodeName).toBe(expected);
});

it('spares pods that a budget does not let go', async () => {
  const budget: policyv1.PodDisruptionBudget = {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'b', namespace: 'default' },
    spec: { selector: { matchLabels: { app: 'db' } } },
    status: { disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 1, expectedPods: 1 },
  };
  const pods = [on('a', 'db', '4', 0, { labels: { app: 'db' } }), on('b', 'web', '4', 50)];
  const { outcome, deleted } = await preempt(important('4'), [makeNode('a'), makeNode('b')], pods, [budget]);
  expect(outcome.nominatedNodeName).toBe('b');
  expect(deleted).toEqual(['web']);
});

it.each<[string, Pod, Pod[], string]>([
  [
    'nobody of lower priority',
    makePod('p', { requests: { cpu: '4' } }),
    [on('a', 'x', '1'), on('b', 'y', '1')],
    'preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod.',
  ],
  ['nodes too small', important('5'), [], 'preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.'],
  [
    'not enough to gain',
    important('4'),
    [on('a', 'x', '1', 0), on('a', 'x2', '1', 100), on('b', 'y', '1', 100)],
    'preemption: 0/2 nodes are available: 1 Insufficient cpu, 1 No preemption victims found for incoming pod.',
  ],
  [
    'it may not',
    {
      ...important('4'),
      spec: { ...important('4').spec, containers: important('4').spec?.containers ?? [], preemptionPolicy: 'Never' },
    },
    [on('a', 'x', '1'), on('b', 'y', '1')],
    'preemption: not eligible due to preemptionPolicy=Never.',
  ],
])('says why it does not help: %s', async (_, pod, pods, expected) => {
  const { outcome, deleted } = await preempt(pod, [makeNode('a'), makeNode('b')], pods);
  expect(outcome.status).toMatchObject({ code: 'Unschedulable', reasons: [expected] });
  expect(deleted).toEqual([]);
});
