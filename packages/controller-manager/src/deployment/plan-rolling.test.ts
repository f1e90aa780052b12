import { deployment, replicaSet } from '../testing/workloads';
import { planScaleDownOld, planScaleUpNewest } from './plan-rolling';

describe('planScaleUpNewest', () => {
  it.each([
    { replicas: 10, maxSurge: 0, old: 10, newest: 0, expected: undefined },
    { replicas: 10, maxSurge: 2, old: 10, newest: 0, expected: 2 },
    { replicas: 10, maxSurge: 2, old: 5, newest: 0, expected: 7 },
    { replicas: 10, maxSurge: 2, old: 10, newest: 2, expected: undefined },
    { replicas: 10, maxSurge: 2, old: 2, newest: 11, expected: 10 },
    { replicas: 10, maxSurge: '25%', old: 10, newest: 0, expected: 3 },
    { replicas: 10, maxSurge: 2, old: 0, newest: 10, expected: undefined },
  ])('%j', ({ replicas, maxSurge, old, newest, expected }) => {
    const wanted = deployment({ replicas, maxSurge });
    const [step] = planScaleUpNewest(wanted, replicaSet(newest, { name: 'new' }), [replicaSet(old, { name: 'old' })]);
    expect(step?.replicas).toBe(expected);
  });

  it('gives all at once where pods are recreated', () => {
    const wanted = deployment({ replicas: 3, spec: { strategy: { type: 'Recreate' } } });
    expect(planScaleUpNewest(wanted, replicaSet(0), [])[0]?.replicas).toBe(3);
  });
});

describe('planScaleDownOld', () => {
  it.each([
    { why: 'one may go where both bounds are 0', maxUnavailable: 0, old: 10, newest: 0, oldReady: 10, newestReady: 0, expected: 9 },
    { why: 'as many as may be missing', maxUnavailable: 2, old: 10, newest: 0, oldReady: 10, newestReady: 0, expected: 8 },
    { why: 'those that are not ready first', maxUnavailable: 2, old: 10, newest: 0, oldReady: 8, newestReady: 0, expected: 8 },
    { why: 'one that is not ready, and one that is', maxUnavailable: 2, old: 10, newest: 0, oldReady: 9, newestReady: 0, expected: 8 },
    { why: 'none for new ones that are not ready', maxUnavailable: 2, old: 8, newest: 2, oldReady: 8, newestReady: 0, expected: undefined },
    { why: 'one for each new one that is ready', maxUnavailable: 2, old: 8, newest: 2, oldReady: 8, newestReady: 2, expected: 6 },
    { why: 'nothing is left', maxUnavailable: 2, old: 0, newest: 10, oldReady: 0, newestReady: 10, expected: undefined },
    { why: 'percents are rounded down', maxUnavailable: '25%', old: 10, newest: 0, oldReady: 10, newestReady: 0, expected: 8 },
  ])('$why', ({ maxUnavailable, old, newest, oldReady, newestReady, expected }) => {
    const steps = planScaleDownOld(
      deployment({ replicas: 10, maxUnavailable }),
      replicaSet(newest, { name: 'new', available: newestReady }),
      [replicaSet(old, { name: 'old', available: oldReady })],
    );
    expect(steps[0]?.replicas).toBe(expected);
  });

  it('takes from the oldest first', () => {
    const old = [replicaSet(3, { name: 'younger', age: 10 }), replicaSet(3, { name: 'older', age: 20 })];
    const steps = planScaleDownOld(deployment({ replicas: 10, maxUnavailable: 4 }), replicaSet(4, { name: 'new' }), old);
    expect(steps.map(({ replicaSet: { metadata }, replicas }) => [metadata.name, replicas])).toEqual([
      ['older', 0],
      ['younger', 2],
    ]);
  });
});
