import { NOW, pod, type PodFields, replicaSet } from '../testing/workloads';
import { nextAvailability } from '../shared/pod-state';
import { BURST_REPLICAS, planReplicas } from './plan-replicas';
import { planStatus } from './plan-status';

it.each<[string, PodFields, PodFields]>([
  ['not assigned before assigned', {}, { node: 'n' }],
  ['pending before running', { node: 'n', phase: 'Pending' }, { node: 'n' }],
  ['not ready before ready', { node: 'n' }, { node: 'n', ready: 60 }],
  ['cheap before dear', { node: 'n', ready: 60, cost: '-5' }, { node: 'n', ready: 60, cost: '5' }],
  ['ready for less time before more', { node: 'n', ready: 10 }, { node: 'n', ready: 1000 }],
  ['often restarted before seldom', { node: 'n', ready: 60, restarts: 3 }, { node: 'n', ready: 60, restarts: 1 }],
  ['young before old', { node: 'n', ready: 60, age: 100 }, { node: 'n', ready: 60, age: 10_000 }],
])('deletes %s', (_, goes, stays) => {
  const active = [pod({ ...stays, name: 'stays' }), pod({ ...goes, name: 'goes' })];
  const plan = planReplicas({ wanted: 1, active, related: [], now: NOW });
  expect(plan.do === 'delete' && plan.pods.map(({ metadata }) => metadata.name)).toEqual(['goes']);
});

it('deletes from crowded nodes first', () => {
  const active = [pod({ name: 'alone', node: 'a', ready: 9 }), pod({ name: 'crowded', node: 'b', ready: 9 })];
  const related = [...active, pod({ name: 'other', node: 'b' }), pod({ name: 'gone', node: 'a', deleted: true })];
  const plan = planReplicas({ wanted: 1, active, related, now: NOW });
  expect(plan.do === 'delete' && plan.pods[0]?.metadata.name).toBe('crowded');
});

it.each([
  [3, 3, { do: 'nothing' }],
  [3, 1, { do: 'create', count: 2 }],
  [9999, 0, { do: 'create', count: BURST_REPLICAS }],
])('wants %i and has %i', (wanted, count, expected) => {
  const active = Array.from({ length: count }, (_, i) => pod({ name: `p${i}` }));
  expect(planReplicas({ wanted, active, related: [], now: NOW })).toEqual(expected);
});

describe('planStatus', () => {
  const state = { active: [pod({ name: 'a', ready: 5 }), pod({ name: 'b', ready: 20 }), pod({ name: 'c' })], terminating: 1, now: NOW };
  const waiting = replicaSet(3);
  const owner = { ...waiting, spec: { ...waiting.spec, selector: {}, minReadySeconds: 10 } };

  it('counts, and waits for those that are ready but not available', () => {
    expect(planStatus({ ...state, owner })).toMatchObject({ replicas: 3, readyReplicas: 2, availableReplicas: 1, terminatingReplicas: 1 });
    expect(nextAvailability(state.active, 10, NOW)).toBe(5000);
  });

  it('tells of a failure, and forgets it', () => {
    const wantsMore = { ...owner, spec: { ...owner.spec, replicas: 9 } };
    const failed = planStatus({ ...state, owner: wantsMore, failure: new Error('quota') });
    expect(failed.conditions).toMatchObject([{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'quota' }]);
    expect(planStatus({ ...state, owner: { ...owner, status: failed } }).conditions).toBeUndefined();
  });
});
