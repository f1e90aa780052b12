import { templateHash } from '../shared/template-hash';
import { deployment, replicaSet } from '../testing/workloads';
import { newReplicaSetAnnotations, nextRevision, REVISION, REVISION_HISTORY } from './annotations';
import { planCleanup } from './plan-cleanup';
import { newReplicaSet } from './replica-set-writer';
import { splitRevisions } from './revision';

it.each([
  ['a new one', {}, 1n, { [REVISION]: '1' }],
  ['the newest already', { [REVISION]: '3' }, 3n, { [REVISION]: '3' }],
  ['a rollback', { [REVISION]: '1' }, 3n, { [REVISION]: '3', [REVISION_HISTORY]: '1' }],
  ['another rollback', { [REVISION]: '3', [REVISION_HISTORY]: '1' }, 5n, { [REVISION]: '5', [REVISION_HISTORY]: '1,3' }],
  ['a number of more than 53 bits', { [REVISION]: '9007199254740992' }, 9007199254740993n, { [REVISION]: '9007199254740993', [REVISION_HISTORY]: '9007199254740992' }],
  ['a number of more than 64 bits', { [REVISION]: '9223372036854775808' }, 5n, { [REVISION]: '9223372036854775808' }],
  ['no number', { [REVISION]: 'x' }, 5n, { [REVISION]: 'x' }],
])('annotates %s', (_, annotations, revision, expected) => {
  const wanted = deployment({ annotations: { note: 'n', [REVISION]: '9', 'kubectl.kubernetes.io/last-applied-configuration': '{}' } });
  expect(newReplicaSetAnnotations(wanted, replicaSet(1, { annotations }), revision)).toEqual({ note: 'n', ...expected });
});

it.each([
  ['the first', [], 1n],
  ['one after the highest', ['2', '10', '9'], 11n],
  ['one after a number of 62 bits', ['3546343826724305832', '3546343826724305831'], 3546343826724305833n],
  ['one after those that can be read', ['x', '9223372036854775808', '3'], 4n],
])('numbers %s', (_, numbers, expected) => {
  expect(nextRevision(numbers.map((number) => replicaSet(0, { annotations: { [REVISION]: number } })))).toBe(expected);
});

it('keeps the history short, newest last', () => {
  const history = Array.from({ length: 500 }, (_, i) => String(1000 + i)).join(',');
  const annotations = { [REVISION]: '1600', [REVISION_HISTORY]: history };
  const next = newReplicaSetAnnotations(deployment(), replicaSet(1, { annotations }), 1601n)[REVISION_HISTORY] ?? '';
  expect(next.length).toBeLessThanOrEqual(2000);
  expect(next).toMatch(/,1499,1600$/);
});

it('makes a replica set of the template, found again by it', () => {
  const wanted = deployment({ replicas: 4, maxSurge: 1 });
  const made = newReplicaSet(wanted, [replicaSet(4, { name: 'old' })], 2n);
  const hash = templateHash(wanted.spec?.template ?? {});
  expect(made).toMatchObject({
    metadata: { name: `web-${hash}`, labels: { app: 'web', 'pod-template-hash': hash }, annotations: { [REVISION]: '2' } },
    spec: { replicas: 1, selector: { matchLabels: { app: 'web', 'pod-template-hash': hash } } },
  });
  expect(splitRevisions(wanted, [replicaSet(4, { name: 'old' }), made]).newest).toBe(made);
});

it('hashes by content and collisions, in letters that form no words', () => {
  const template = { metadata: { labels: { a: '1', b: '2' } } };
  const same = { metadata: { labels: { b: '2', a: '1' } } };
  expect(templateHash(template)).toBe(templateHash(same));
  expect(new Set([templateHash(template), templateHash(template, 1), templateHash({})]).size).toBe(3);
  expect(templateHash(template)).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]+$/);
});

it.each([
  { limit: 1, sizes: [0, 0, 0], expected: ['r0', 'r1'] },
  { limit: 0, sizes: [0, 0], expected: ['r0', 'r1'] },
  { limit: 0, sizes: [1, 0], expected: ['r1'] },
  { limit: 10, sizes: [0, 0], expected: [] },
])('cleans up %j', ({ limit, sizes, expected }) => {
  const old = sizes.map((size, i) => replicaSet(size, { name: `r${i}`, annotations: { [REVISION]: String(i + 1) } }));
  const doomed = planCleanup(deployment({ spec: { revisionHistoryLimit: limit } }), old.reverse());
  expect(doomed.map(({ metadata }) => metadata.name)).toEqual(expected);
});
