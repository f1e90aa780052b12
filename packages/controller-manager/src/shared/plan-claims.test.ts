import { selectorFromSet } from '@typekube/apimachinery';
import type { Pod } from './objects';
import { pod, replicaSet } from '../testing/workloads';
import { planClaims } from './plan-claims';
import { slowStart } from './slow-start';

const OWNER = replicaSet(1, { name: 'rs' });
const SELECTOR = selectorFromSet({ app: 'web' });
const WANTS = ({ metadata }: Pod): boolean => SELECTOR.matches(metadata.labels);

function candidate(fields: { owner?: string; app?: string; deleted?: boolean; namespace?: string }): Pod {
  const { owner, app = 'web', deleted = false, namespace = 'default' } = fields;
  const base = pod({ labels: { app }, deleted });
  const ownerReferences = owner ? [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: owner, uid: owner, controller: true }] : [];
  return { ...base, metadata: { ...base.metadata, namespace, ownerReferences } };
}

it.each([
  ['its own', { owner: 'rs' }, 'owned'],
  ['its own that matches no more', { owner: 'rs', app: 'other' }, 'release'],
  ["another's", { owner: 'other' }, undefined],
  ['an orphan that matches', {}, 'adopt'],
  ['an orphan that does not', { app: 'other' }, undefined],
  ['an orphan that is going', { deleted: true }, undefined],
  ['an orphan elsewhere', { namespace: 'elsewhere' }, undefined],
])('%s', (_, fields, expected) => {
  const claims = planClaims(OWNER, WANTS, [candidate(fields)]);
  expect(Object.entries(claims).find(([, list]) => list.length > 0)?.[0]).toBe(expected);
});

it('adopts and releases nothing for an owner that is going', () => {
  const going = { ...OWNER, metadata: { ...OWNER.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } };
  const claims = planClaims(going, WANTS, [candidate({}), candidate({ owner: 'rs', app: 'other' }), candidate({ owner: 'rs' })]);
  expect([claims.owned.length, claims.adopt.length, claims.release.length]).toEqual([1, 0, 0]);
});

it.each([
  ['all succeed', 10, Infinity, 10, 10],
  ['the first fails', 10, 0, 0, 1],
  ['the fourth fails, in a batch of four', 10, 3, 3, 7],
])('starts slowly: %s', async (_, count, fails, succeeded, calls) => {
  let made = 0;
  const result = await slowStart(count, async () => {
    if (made++ >= fails) throw new Error('quota');
  });
  expect([result.succeeded, made, result.error !== undefined]).toEqual([succeeded, calls, succeeded < count]);
});
