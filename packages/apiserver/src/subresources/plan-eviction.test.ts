import type { corev1, policyv1 } from '@typekube/api';
import { markDisrupted, mayBecomeReady, mayGoUnhealthy, spendDisruption } from './plan-eviction';

const NOW = new Date('2026-01-02T03:04:05Z');
const TIME = '2026-01-02T03:04:05Z';
const BEFORE = '2025-01-01T00:00:00Z';

const POD: corev1.Pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' } };

const budget = (status: Partial<policyv1.PodDisruptionBudgetStatus>, spec: policyv1.PodDisruptionBudgetSpec = {}): policyv1.PodDisruptionBudget => {
  const counts = { currentHealthy: 3, desiredHealthy: 2, disruptionsAllowed: 1, expectedPods: 3, observedGeneration: 1 };
  return { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'b', generation: 1 }, spec, status: { ...counts, ...status } };
};

const pod = (status: corev1.PodStatus, metadata: object = {}): corev1.Pod => ({ ...POD, metadata: { ...POD.metadata, ...metadata }, status });

describe('a disruption', () => {
  it('is taken from the budget; the condition changes with the last', () => {
    const two = spendDisruption(budget({ disruptionsAllowed: 2, disruptedPods: { q: BEFORE } }), POD, NOW);
    expect(two.status).toEqual(budget({ disruptionsAllowed: 1, disruptedPods: { q: BEFORE, p: TIME } }).status);
    const condition = { type: 'DisruptionAllowed', status: 'True', reason: 'SufficientPods', message: 'x', lastTransitionTime: BEFORE };
    const one = spendDisruption(budget({ conditions: [condition] }), POD, NOW);
    expect(one.status?.disruptionsAllowed).toBe(0);
    expect(one.status?.conditions).toEqual([
      { type: 'DisruptionAllowed', status: 'False', reason: 'InsufficientPods', message: '', observedGeneration: 1, lastTransitionTime: TIME },
    ]);
  });

  const failed = { type: 'DisruptionAllowed', status: 'False', reason: 'SyncFailed', message: 'no scale', lastTransitionTime: BEFORE };
  const disruptedPods = Object.fromEntries(Array.from({ length: 2001 }, (_, i) => [`p${i}`, BEFORE]));
  it.each<[Partial<policyv1.PodDisruptionBudgetStatus>, number, string]>([
    [{ observedGeneration: 0 }, 429, 'The disruption budget b is still being processed by the server.'],
    [{ disruptionsAllowed: 0 }, 429, 'The disruption budget b needs 2 healthy pods and has 3 currently'],
    [{ disruptionsAllowed: 0, conditions: [failed] }, 429, 'The disruption budget b does not allow evicting pods currently because it failed sync: no scale'],
    [{ disruptionsAllowed: -1 }, 403, 'poddisruptionbudget.policy "b" is forbidden: pdb disruptions allowed is negative'],
    [
      { disruptedPods }, 403,
      'poddisruptionbudget.policy "b" is forbidden: DisruptedPods map too big - too many evictions not confirmed by PDB controller',
    ],
  ])('is not to be had of a budget with %j', (status, code, message) => {
    let thrown: unknown;
    try {
      spendDisruption(budget(status), POD, NOW);
    } catch (error) {
      thrown = error;
    }
    const cause = expect.objectContaining({ details: expect.objectContaining({ causes: [{ reason: 'DisruptionBudget', message }] }) });
    expect(thrown).toMatchObject({ status: { code } });
    expect(thrown).toMatchObject(code === 429 ? { status: cause } : { message });
  });
});

it.each<[corev1.PodCondition[], policyv1.PodDisruptionBudgetSpec, Partial<policyv1.PodDisruptionBudgetStatus>, boolean]>([
  [[{ type: 'Ready', status: 'True' }], { unhealthyPodEvictionPolicy: 'AlwaysAllow' }, {}, false],
  [[], { unhealthyPodEvictionPolicy: 'AlwaysAllow' }, { currentHealthy: 0 }, true],
  [[], {}, {}, true],
  [[], {}, { currentHealthy: 1 }, false],
  [[], {}, { currentHealthy: 0, desiredHealthy: 0 }, false],
])('a pod with conditions %j may go unhealthy from a budget of %j, %j: %s', (conditions, spec, status, want) => {
  expect(mayGoUnhealthy(budget(status, spec), pod({ conditions }))).toBe(want);
});

it.each([
  [pod({ phase: 'Pending' }), true],
  [pod({ phase: 'Failed' }), false],
  [pod({ phase: 'Running' }, { deletionTimestamp: BEFORE }), false],
])('whether a pod might become ready', (given, want) => {
  expect(mayBecomeReady(given)).toBe(want);
});

it('a pod that is marked once more keeps the time of the first', () => {
  const marked = markDisrupted(pod({ conditions: [{ type: 'Ready', status: 'True' }] }), new Date(BEFORE));
  expect(markDisrupted(marked, NOW)).toEqual(marked);
  expect(marked.status?.conditions?.map(({ type }) => type)).toEqual(['Ready', 'DisruptionTarget']);
});
