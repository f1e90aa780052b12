import type { ReplicaSet } from '../shared/objects';
import { deployment, replicaSet } from '../testing/workloads';
import { DESIRED_REPLICAS, MAX_REPLICAS } from './annotations';
import { planScale, wasScaled } from './plan-scale';

function sized(replicas: number, name: string, before: { desired: number; surge?: number }, age = 0): ReplicaSet {
  const { desired, surge = 0 } = before;
  const annotations = { [DESIRED_REPLICAS]: String(desired), [MAX_REPLICAS]: String(desired + surge) };
  return replicaSet(replicas, { name, annotations, age });
}

describe('planScale', () => {
  it.each([
    { why: 'all to the only one, up', from: 10, to: 12, newest: 10, old: [], expected: [12] },
    { why: 'all to the only one, down', from: 10, to: 5, newest: 10, old: [], expected: [5] },
    { why: 'in proportion, up', from: 5, to: 10, newest: 2, old: [3], expected: [4, 6] },
    { why: 'in proportion, down', from: 5, to: 3, newest: 2, old: [3], expected: [1, 2] },
    { why: 'a small one to nothing', from: 9, to: 4, newest: 8, old: [1], expected: [4, 0] },
    { why: 'three, up', from: 7, to: 10, newest: 2, old: [3, 2], expected: [3, 4, 3] },
    { why: 'three, down', from: 13, to: 8, newest: 2, old: [8, 3], expected: [1, 5, 2] },
    { why: 'the rest to the newest', from: 3, to: 4, newest: 1, old: [1, 1], expected: [2, 1, 1] },
    { why: 'all to nothing', from: 10, to: 0, newest: 3, old: [3, 4], expected: [0, 0, 0] },
    { why: 'the only old one before there is a new one', from: 10, to: 6, newest: undefined, old: [10], expected: [6] },
  ])('$why', ({ from, to, newest, old, expected }) => {
    const oldSets = old.map((replicas, i) => sized(replicas, `old-${i}`, { desired: from }, 10 + i));
    const newestSet = newest === undefined ? undefined : sized(newest, 'new', { desired: from });
    const all = newestSet ? [newestSet, ...oldSets] : oldSets;
    const steps = planScale(deployment({ replicas: to }), { newest: newestSet, old: oldSets });
    const sizeOf = (each: ReplicaSet): number => steps.find((step) => step.replicaSet === each)?.replicas ?? each.spec?.replicas ?? 0;
    // A surge of 0 is one missing pod: sizes are those of upstream's table.
    expect(all.map(sizeOf)).toEqual(expected);
  });

  it('takes all from old ones where the newest has everything', () => {
    const newest = sized(5, 'new', { desired: 5 });
    const old = [sized(2, 'old', { desired: 5 })];
    expect(planScale(deployment({ replicas: 5 }), { newest, old })).toEqual([{ replicaSet: old[0], replicas: 0 }]);
  });
});

it.each([
  [3, 3, false],
  [3, 5, true],
])('was scaled from %i to %i: %s', (from, to, expected) => {
  expect(wasScaled(deployment({ replicas: to }), [sized(3, 'a', { desired: from })])).toBe(expected);
});
