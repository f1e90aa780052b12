import { FakeClock } from '@typekube/component-base/testing';
import { templateData } from '../history/template-data';
import type { ControllerRevision, DaemonSet, Pod } from '../shared/objects';
import { daemonSet, type DaemonSetFields, node, NOW, pod, type PodFields } from '../testing/workloads';
import { type DaemonState, daemonState } from './daemon-state';
import { FailedPodsBackoff } from './failed-pods-backoff';
import { newRevision, planCleanup, splitHistory } from './plan-history';
import { planNodes } from './plan-nodes';
import { planRolling } from './plan-rolling';
import { planStatus } from './plan-status';
import { updateLimits } from './rolling-maths';

const NEW = 'new';
const NODES = ['a', 'b', 'c', 'd'];
const SURGE: DaemonSetFields = { maxSurge: 1 };

/** A pod on a node, named after it: of the present revision, or an old one. */
const on = (name: string, revision: 'new' | 'old', fields: PodFields = {}): Pod =>
  pod({ name: `${name}-${revision}`, node: name, ready: 60, ...fields, labels: { 'controller-revision-hash': revision } });

function stateOf(pods: readonly Pod[], fields: DaemonSetFields = {}, nodes = NODES.map((name) => node(name))): DaemonState {
  return daemonState({ daemonSet: daemonSet(fields), hash: NEW, nodes, pods, now: NOW });
}

const names = (pods: readonly Pod[]): string[] => pods.map(({ metadata }) => metadata.name ?? '');

describe('planNodes', () => {
  const gpu = [{ key: 'gpu', effect: 'NoSchedule' }];
  it.each<[string, Pod[], DaemonSetFields, { create?: string[]; delete?: string[] }]>([
    ['a pod for each node', [], {}, { create: NODES }],
    ['no more than one', NODES.map((name) => on(name, 'new')), {}, {}],
    ['the oldest of several', [on('a', 'new', { age: 5 }), on('a', 'old', { age: 9 })], { podSpec: { nodeName: 'a' } }, { delete: ['a-new'] }],
    ['a pod on its way counts', [{ ...on('a', 'new'), spec: pinned('a') }], { podSpec: { nodeName: 'a' } }, {}],
    ['none while the last one goes', [on('a', 'new', { deleted: true })], { podSpec: { nodeName: 'a' } }, {}],
    ['one as soon as the last one has ended', [on('a', 'new', { deleted: true, phase: 'Failed' })], { podSpec: { nodeName: 'a' } }, { create: ['a'] }],
    ['none on nodes it is not for', [on('a', 'new'), on('b', 'new')], { podSpec: { nodeName: 'a' } }, { delete: ['b-new'] }],
    ['surge: one at once', [on('a', 'new', { deleted: true })], { ...SURGE, podSpec: { nodeName: 'a' } }, { create: ['a'] }],
    ['surge: two while the new one is not available', [on('a', 'new', { ready: undefined }), on('a', 'old')], { ...SURGE, podSpec: { nodeName: 'a' } }, {}],
    ['surge: the new one is available', [on('a', 'new'), on('a', 'old')], { ...SURGE, podSpec: { nodeName: 'a' } }, { delete: ['a-old'] }],
    ['surge: the old one is not ready', [on('a', 'new', { ready: undefined }), on('a', 'old', { ready: undefined })], { ...SURGE, podSpec: { nodeName: 'a' } }, { delete: ['a-old'] }],
  ])('%s', (_, pods, fields, expected) => {
    const plan = planNodes(stateOf(pods, fields));
    expect({ create: plan.create, delete: names(plan.delete) }).toEqual({ create: [], delete: [], ...expected });
  });

  it('leaves pods where only new ones are kept away', () => {
    const plan = planNodes(stateOf([on('a', 'new')], {}, [node('a', {}, gpu), node('b', {}, gpu)]));
    expect([plan.create, plan.delete]).toEqual([[], []]);
  });

  it('deletes pods that never came to a node that is gone, and leaves those that did', () => {
    const plan = planNodes(stateOf([{ ...on('x', 'new'), spec: pinned('x') }, on('y', 'new')], { podSpec: { nodeName: 'a' } }, []));
    expect(names(plan.delete)).toEqual(['x-new']);
  });

  it('tells pods that have ended apart', () => {
    const plan = planNodes(stateOf([on('a', 'new', { phase: 'Failed' }), on('b', 'new', { phase: 'Succeeded' }), on('c', 'new'), on('d', 'new')]));
    expect([plan.failed.map((each) => each.node), plan.succeeded.map((each) => each.node), plan.create]).toEqual([['a'], ['b'], []]);
  });
});

function pinned(name: string): NonNullable<Pod['spec']> {
  const nodeSelectorTerms = [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [name] }] }];
  return { containers: [], affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } } };
}

it.each([
  [{ maxUnavailable: 1 }, { maxUnavailable: 1, maxSurge: 0 }],
  [{ maxUnavailable: '10%' }, { maxUnavailable: 1, maxSurge: 0 }],
  [{ maxUnavailable: '30%' }, { maxUnavailable: 2, maxSurge: 0 }],
  [{ maxSurge: '30%' }, { maxUnavailable: 0, maxSurge: 2 }],
  [{}, { maxUnavailable: 1, maxSurge: 0 }],
])('limits of %j for four nodes', (fields, expected) => {
  expect(updateLimits(daemonSet(fields), 4)).toEqual(expected);
});

describe('planRolling', () => {
  const old = NODES.map((name) => on(name, 'old'));
  const but = (...others: Pod[]): Pod[] => [...old.filter((each) => !others.some((other) => other.spec?.nodeName === each.spec?.nodeName)), ...others];
  it.each<[string, Pod[], DaemonSetFields, { create?: string[]; delete?: string[] }]>([
    ['one goes', old, { maxUnavailable: 1 }, { delete: ['a-old'] }],
    ['two go', old, { maxUnavailable: '50%' }, { delete: ['a-old', 'b-old'] }],
    ['none while one is missing', old.slice(1), { maxUnavailable: 1 }, {}],
    ['none while one goes', but(on('a', 'old', { deleted: true })), { maxUnavailable: 1 }, {}],
    ['none while a new one is not available', but(on('a', 'new', { ready: undefined })), { maxUnavailable: 1 }, {}],
    ['none while a new one is ready for too short', but(on('a', 'new', { ready: 5 })), { maxUnavailable: 1, spec: { minReadySeconds: 10 } }, {}],
    ['the next one', but(on('a', 'new')), { maxUnavailable: 1 }, { delete: ['b-old'] }],
    ['those that are not available anyway', but(on('c', 'old', { ready: undefined }), on('d', 'old', { ready: undefined })), { maxUnavailable: 1 }, { delete: ['c-old', 'd-old'] }],
    ['nothing is left', NODES.map((name) => on(name, 'new')), { maxUnavailable: 1 }, {}],
    ['surge: one comes', old, SURGE, { create: ['a'] }],
    ['surge: none while a new one is not available', [...old, on('a', 'new', { ready: undefined })], SURGE, {}],
    ['surge: an old one goes when the new one is available, and the next one comes', [...old, on('a', 'new')], SURGE, { create: ['b'], delete: ['a-old'] }],
    ['surge: one beside each that is not available', but(on('c', 'old', { ready: undefined }), on('d', 'old', { ready: undefined })), SURGE, { create: ['c', 'd', 'a'] }],
  ])('%s', (_, pods, fields, expected) => {
    const plan = planRolling(stateOf(pods, fields));
    expect({ create: plan.create, delete: names(plan.delete) }).toEqual({ create: [], delete: [], ...expected });
  });

  it('with a surge, gives up a node that takes no new pods only when there are enough others', () => {
    const nodes = [node('a', {}, [{ key: 'gpu', effect: 'NoSchedule' }]), node('b')];
    expect(planRolling(stateOf([on('a', 'old'), on('b', 'new', { ready: undefined })], SURGE, nodes)).delete).toEqual([]);
    expect(names(planRolling(stateOf([on('a', 'old'), on('b', 'new')], SURGE, nodes)).delete)).toEqual(['a-old']);
  });
});

describe('planStatus', () => {
  const pods = [on('a', 'new'), on('a', 'old', { age: 9, ready: undefined }), on('b', 'new', { ready: 3 }), on('x', 'old')];
  const fields = { spec: { minReadySeconds: 10 }, status: { observedGeneration: 1, currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 } };
  const nodes = [node('a'), node('b'), node('c'), node('x', {}, [{ key: 'gpu', effect: 'NoSchedule' }])];
  const counts = {
    desiredNumberScheduled: 3,
    currentNumberScheduled: 2,
    numberMisscheduled: 1,
    numberReady: 1,
    numberAvailable: 0,
    numberUnavailable: 3,
    updatedNumberScheduled: 1,
  };
  it.each([
    [true, undefined, { ...counts, observedGeneration: 2 }],
    [false, 3, { ...counts, observedGeneration: 1, collisionCount: 3 }],
  ])('acted: %s, collisions: %s', (acted, collisionCount, expected) => {
    expect(planStatus(stateOf(pods, fields, nodes), { acted, collisionCount })).toEqual(expected);
  });
});

describe('history', () => {
  const revision = (number: number, image: string, hash = `h${number}`): ControllerRevision => ({
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: { name: `r${number}`, labels: { 'controller-revision-hash': hash } },
    data: templateData({ metadata: { labels: { app: 'agent' } }, spec: { containers: [{ name: 'agent', image }] } }),
    revision: number,
  });

  it.each<[string, ControllerRevision[], [current: number | undefined, number: number, doubles: number]]>([
    ['nothing yet', [], [undefined, 1, 0]],
    ['the newest', [revision(1, 'agent:0'), revision(2, 'agent:1')], [2, 2, 0]],
    ['a rollback', [revision(1, 'agent:1'), revision(2, 'agent:2')], [1, 3, 0]],
    ['a new template', [revision(4, 'agent:0')], [undefined, 5, 0]],
    ['twice the same', [revision(1, 'agent:1'), revision(2, 'agent:0'), revision(3, 'agent:1')], [3, 3, 1]],
  ])('%s', (_, revisions, expected) => {
    const { current, number, doubles } = splitHistory(daemonSet(), revisions);
    expect([current?.revision, number, doubles.length]).toEqual(expected);
  });

  it('makes a revision that is found again', () => {
    const made = newRevision(daemonSet(), 3, undefined);
    expect(made.metadata.name).toBe(`agent-${made.metadata.labels?.['controller-revision-hash']}`);
    expect(made.metadata.ownerReferences).toMatchObject([{ kind: 'DaemonSet', name: 'agent', controller: true }]);
    expect(splitHistory(daemonSet(), [made]).current).toBe(made);
    expect(newRevision(daemonSet(), 3, 1).metadata.name).not.toBe(made.metadata.name);
  });

  it.each([
    [1, [], ['r1', 'r2']],
    [1, ['h1'], ['r2', 'r3']],
    [0, ['h1', 'h3'], ['r2']],
    [3, [], []],
  ])('keeps %i, and those of pods of %j', (limit, live, expected) => {
    const old = [revision(3, 'c'), revision(1, 'a'), revision(2, 'b')];
    const owner: DaemonSet = daemonSet({ spec: { revisionHistoryLimit: limit } });
    const pods = live.map((hash) => pod({ labels: { 'controller-revision-hash': hash } }));
    expect(planCleanup(owner, old, pods).map(({ metadata }) => metadata.name)).toEqual(expected);
  });
});

it('lets failed pods go at once, then after pauses that double, up to a bound', () => {
  const clock = new FakeClock(NOW);
  const backoff = new FailedPodsBackoff(clock);
  expect([backoff.delayOf('a'), backoff.delayOf('a'), backoff.delayOf('b')]).toEqual([0, 1000, 0]);
  clock.advance(1000);
  expect([backoff.delayOf('a'), backoff.delayOf('a')]).toEqual([0, 2000]);
  for (let i = 0; i < 12; i++) {
    clock.advance(backoff.delayOf('a'));
    backoff.delayOf('a');
  }
  expect(backoff.delayOf('a')).toBe(15 * 60_000);
  clock.advance(31 * 60_000);
  expect([backoff.delayOf('a'), backoff.delayOf('a')]).toEqual([0, 1000]);
});
