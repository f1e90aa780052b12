import type { PodDisruptionBudget } from '../shared/objects';
import { ago, NOW, pod, type PodFields } from '../testing/workloads';
import { needsScale, planExpectation, planFailure, planStatus } from './plan-status';
import { untilStale } from './stale-disruption';

function budget(spec: PodDisruptionBudget['spec'], status: PodDisruptionBudget['status'] = {}): PodDisruptionBudget {
  return { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'b', generation: 2 }, spec: spec ?? {}, status };
}

it.each<[PodDisruptionBudget['spec'], boolean, number, number]>([
  [{ minAvailable: 2 }, false, 3, 2],
  [{ minAvailable: '50%' }, true, 5, 3],
  [{ maxUnavailable: 1 }, true, 5, 4],
  [{ maxUnavailable: '30%' }, true, 5, 3],
  [{ maxUnavailable: 9 }, true, 5, 0],
  [{}, false, 0, 0],
])('%j expects, of 3 pods and a scale of 5', (spec, scaled, expectedPods, desiredHealthy) => {
  expect(needsScale(budget(spec))).toBe(scaled);
  expect(planExpectation(budget(spec), 3, 5)).toEqual({ expectedPods, desiredHealthy });
});

const ready: PodFields = { ready: 9 };
const plan = (pods: readonly PodFields[], desiredHealthy: number, status: PodDisruptionBudget['status'] = {}): ReturnType<typeof planStatus> => {
  const made = pods.map((fields, i) => pod({ name: `p${i}`, ...fields }));
  return planStatus({ budget: budget({}, status), pods: made, expectation: { expectedPods: pods.length, desiredHealthy }, now: NOW });
};

it.each<[string, readonly PodFields[], number, number, number]>([
  ['enough', [ready, ready, ready], 2, 3, 1],
  ['one is not ready', [ready, ready, {}], 2, 2, 0],
  ['one is being deleted', [ready, ready, { ...ready, deleted: true }], 1, 2, 1],
  ['too few', [ready], 2, 1, 0],
  ['none at all', [], 0, 0, 0],
])('%s', (_, pods, desired, currentHealthy, disruptionsAllowed) => {
  const { status } = plan(pods, desired);
  expect(status).toMatchObject({ currentHealthy, desiredHealthy: desired, disruptionsAllowed, expectedPods: pods.length, observedGeneration: 2 });
  const [expected, reason] = disruptionsAllowed > 0 ? ['True', 'SufficientPods'] : ['False', 'InsufficientPods'];
  expect(status.conditions).toEqual([{ type: 'DisruptionAllowed', status: expected, reason, message: '', observedGeneration: 2, lastTransitionTime: ago(0) }]);
});

it('waits for allowed evictions, but not for ever', () => {
  const disruptedPods = { p0: ago(100), p1: ago(121), p2: ago(1), gone: ago(1) };
  const { status, notDeleted, recheck } = plan([ready, ready, { ...ready, deleted: true }, ready], 1, { disruptedPods });
  expect(status).toMatchObject({ currentHealthy: 2, disruptionsAllowed: 1, disruptedPods: { p0: ago(100) } });
  expect(notDeleted.map(({ metadata }) => metadata.name)).toEqual(['p1']);
  expect(recheck).toBe(20_001);
});

it('keeps the time of the last transition, and lets none go on a failure', () => {
  const first = plan([ready, ready], 1).status;
  const old = { ...first, conditions: first.conditions?.map((each) => ({ ...each, lastTransitionTime: ago(50) })) ?? [] };
  expect(plan([ready, ready, ready], 1, old).status.conditions?.[0]?.lastTransitionTime).toBe(ago(50));
  const failed = planFailure(budget({}, old), 'why', NOW);
  expect(failed).toMatchObject({ currentHealthy: 2, disruptionsAllowed: 0, conditions: [{ status: 'False', reason: 'SyncFailed', message: 'why', lastTransitionTime: ago(0) }] });
});

const doomed = (reason: string, seconds: number, fields: PodFields = {}): Parameters<typeof untilStale>[0] => {
  const made = pod(fields);
  return { ...made, status: { ...made.status, conditions: [{ type: 'DisruptionTarget', status: 'True', reason, lastTransitionTime: ago(seconds) }] } };
};

it.each([
  ['said just now', doomed('EvictionByEvictionAPI', 20), 100_000],
  ['said long ago', doomed('PreemptionByScheduler', 500), 0],
  ['said by the kubelet', doomed('TerminationByKubelet', 500), undefined],
  ['of one that is going', doomed('EvictionByEvictionAPI', 500, { deleted: true }), undefined],
  ['of one that has ended', doomed('EvictionByEvictionAPI', 500, { phase: 'Failed' }), undefined],
  ['not said', pod(), undefined],
])('a disruption %s', (_, of, expected) => {
  expect(untilStale(of, NOW)).toBe(expected);
});
