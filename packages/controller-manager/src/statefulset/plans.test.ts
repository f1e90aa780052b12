import { templateData } from '../history/template-data';
import type { ControllerRevision, PersistentVolumeClaim, Pod, StatefulSet } from '../shared/objects';
import { NOW, pod, type PodFields, statefulSet, type StatefulSetFields } from '../testing/workloads';
import { ordinalOf } from './identity';
import { newPod } from './new-pod';
import { newRevision, planTruncation, planUpdateRevision } from './plan-history';
import { type Phase, planPods, type Step } from './plan-pods';
import { planStatus } from './plan-status';
import { maxUnavailable, planUpdate } from './plan-update';
import type { SetState } from './set-state';

const template = (image: string) => ({ metadata: { labels: { app: 'db' } }, spec: { containers: [{ name: 'db', image }] } });
const OLD = { name: 'db-old', template: template('db:0') };
const NEW = { name: 'db-new', template: template('db:1') };
const PARALLEL: StatefulSetFields = { spec: { podManagementPolicy: 'Parallel' } };

interface MemberFields extends PodFields {
  readonly revision?: 'old' | 'new';
  readonly volumes?: NonNullable<Pod['spec']>['volumes'];
}

/** A pod of the set, ready for a minute and of the new revision unless told otherwise. */
function member(ordinal: number, { revision = 'new', volumes, ...fields }: MemberFields = {}): Pod {
  const name = `db-${ordinal}`;
  const labels = { app: 'db', 'controller-revision-hash': `db-${revision}`, 'statefulset.kubernetes.io/pod-name': name };
  const made = pod({ name, ready: 60, ...fields, labels: { ...labels, ...fields.labels } });
  return { ...made, spec: { containers: [], ...made.spec, ...(volumes && { volumes }) } };
}

const broken = (ordinal: number, fields: MemberFields = {}): Pod => member(ordinal, { ready: undefined, ...fields });
const going = (ordinal: number, fields: MemberFields = {}): Pod => member(ordinal, { deleted: true, ...fields });
const members = (count: number, fields: MemberFields = {}): Pod[] => Array.from({ length: count }, (_, i) => member(i, fields));

function stateOf(pods: readonly Pod[], fields: StatefulSetFields = {}, claims: readonly PersistentVolumeClaim[] = []): SetState {
  const claimNamed = (name: string): PersistentVolumeClaim | undefined => claims.find(({ metadata }) => metadata.name === name);
  return { set: statefulSet(fields), current: OLD, update: NEW, pods, claimNamed, now: NOW };
}

const text = (step: Step): string => `${step.do} ${step.pod.metadata.name}`;
const texts = (phases: readonly Phase[]): string[] => phases.flat().map(text);

it.each([
  ['db-0', 0],
  ['db-12', 12],
  ['db-01', undefined],
  ['db-x', undefined],
  ['db-1-2', undefined],
  ['other-1', undefined],
  ['db-12345678901', undefined],
])('%s has the number %s', (name, expected) => {
  expect(ordinalOf(statefulSet(), pod({ name }))).toBe(expected);
});

describe('an ordered set', () => {
  it.each<[string, Pod[], StatefulSetFields, string[]]>([
    ['makes the first pod first', [], {}, ['create db-0']],
    ['makes the next one when those before are ready', members(1), {}, ['create db-1']],
    ['waits for a pod that is not ready', [broken(0)], {}, []],
    ['waits for a pod that is ready for too short', [member(0, { ready: 3 })], { spec: { minReadySeconds: 10 } }, []],
    ['waits for a pod that goes', [going(0)], {}, []],
    ['fills a gap before it goes on', [member(0), member(2)], {}, ['create db-1']],
    ['deletes a failed pod, and makes it anew later', [member(0), member(1, { phase: 'Failed' })], {}, ['delete db-1']],
    ['deletes one that has ended well too', [member(0, { phase: 'Succeeded' })], {}, ['delete db-0']],
    ['begins where it is told', [], { spec: { ordinals: { start: 5 } } }, ['create db-5']],
    ['takes the last one away first', members(5), {}, ['delete db-4']],
    ['and waits until it is gone', [...members(4), going(4)], {}, []],
    ['takes no pod away while one that stays is not ready', [member(0), member(1), broken(2), member(3)], {}, []],
    ['takes away the only one that is not ready', [...members(4), broken(4)], {}, ['delete db-4']],
    ['waits for a lower one that is not ready', [...members(3), broken(3), member(4)], {}, ['delete db-4']],
    ['waits for it to be ready before a higher one that is not', [...members(3), broken(3), broken(4)], {}, []],
    ['takes away those below its start too, after those above', [...members(4)], { replicas: 1, spec: { ordinals: { start: 2 } } }, ['delete db-3']],
    ['takes all away', members(1), { replicas: 0 }, ['delete db-0']],
    ['updates the last one first', members(3, { revision: 'old' }), {}, ['delete db-2']],
    ['and the next one when that is available', [...members(2, { revision: 'old' }), member(2)], {}, ['delete db-1']],
    ['scales before it updates', members(4, { revision: 'old' }), {}, ['delete db-3']],
    ['does not go on while a new one is broken', [...members(2, { revision: 'old' }), broken(2)], {}, []],
    ['gives labels to pods that lack them', [member(0, { labels: { 'statefulset.kubernetes.io/pod-name': 'x' } }), member(1), member(2)], {}, ['tend db-0']],
    ['is content', members(3), {}, []],
  ])('%s', (_, pods, fields, expected) => {
    expect(texts(planPods(stateOf(pods, fields)))).toEqual(expected);
  });
});

describe('a parallel set', () => {
  it.each<[string, Pod[], StatefulSetFields, string[]]>([
    ['makes all at once', [], {}, ['create db-0', 'create db-1', 'create db-2']],
    ['waits for nobody', [broken(1)], {}, ['create db-0', 'create db-2']],
    ['takes all away at once', [...members(4), broken(4), going(5)], {}, ['delete db-4', 'delete db-3']],
    ['updates one after the other', members(3, { revision: 'old' }), {}, ['delete db-2']],
    ['updates broken ones whatever is missing', [member(0, { revision: 'old' }), broken(1, { revision: 'old' }), broken(2, { revision: 'old' })], {}, ['delete db-2', 'delete db-1']],
  ])('%s', (_, pods, { replicas }, expected) => {
    expect(texts(planPods(stateOf(pods, { ...PARALLEL, ...(replicas !== undefined && { replicas }) })))).toEqual(expected);
  });
});

it.each([
  ['OrderedReady', 1],
  ['Parallel', 500],
])('plans no more at once than can be done, where very many are wanted: %s', (podManagementPolicy, expected) => {
  const steps = planPods(stateOf([], { replicas: 2_000_000_000, spec: { podManagementPolicy } })).flat();
  expect([steps.length, steps.every((step) => step.do === 'create')]).toEqual([expected, true]);
});

describe('planUpdate', () => {
  const rolling = (fields: object): StatefulSetFields => ({ replicas: 5, spec: { updateStrategy: { type: 'RollingUpdate', rollingUpdate: fields } } });
  const old = members(5, { revision: 'old' });
  it.each<[string, Pod[], StatefulSetFields, string[]]>([
    ['no more than may be missing', old, rolling({ maxUnavailable: 2 }), ['db-4', 'db-3']],
    ['a share of them, rounded down', old, rolling({ maxUnavailable: '50%' }), ['db-4', 'db-3']],
    ['one at least', old, rolling({ maxUnavailable: '1%' }), ['db-4']],
    ['none below the partition', old, rolling({ partition: 4, maxUnavailable: 3 }), ['db-4']],
    ['none where the partition is beyond', old, rolling({ partition: 9 }), []],
    ['those that are missing count', [...old.slice(0, 4), broken(4)], rolling({ maxUnavailable: 2 }), ['db-3']],
    ['those that go count', [...old.slice(0, 3), going(3, { revision: 'old' }), going(4)], rolling({ maxUnavailable: 2 }), []],
    ['none by itself', old, { replicas: 5, spec: { updateStrategy: { type: 'OnDelete' } } }, []],
  ])('%s', (_, pods, fields, expected) => {
    expect(planUpdate(stateOf(pods, fields)).map(({ metadata }) => metadata.name)).toEqual(expected);
  });

  it('may miss at least one', () => {
    expect([maxUnavailable(statefulSet({ replicas: 3 })), maxUnavailable(statefulSet(rolling({ maxUnavailable: '60%' })))]).toEqual([1, 3]);
  });
});

describe('pods', () => {
  const data = { apiVersion: 'v1' as const, kind: 'PersistentVolumeClaim' as const, metadata: { name: 'data', labels: { tier: 'x' } }, spec: { accessModes: ['ReadWriteOnce'] } };
  const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'data-db-1' } }];
  const withClaims = (policy: object = {}): StatefulSetFields => ({
    replicas: 2,
    spec: { volumeClaimTemplates: [data], persistentVolumeClaimRetentionPolicy: policy },
  });
  const claim = (name: string, owners: readonly object[] = [], deleted = false): PersistentVolumeClaim => ({
    ...data,
    metadata: {
      name,
      namespace: 'default',
      ownerReferences: owners.map((owner) => ({ apiVersion: 'v1', kind: 'Pod', name: '', uid: '', controller: true, ...owner })),
      ...(deleted && { deletionTimestamp: '2026-01-01T00:00:00Z' }),
    },
  });
  const bySet = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'db', uid: 'sts' };
  const byPod = { name: 'db-2', uid: 'db-2' };
  const ready = (ordinal: number): Pod => member(ordinal, { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: `data-db-${ordinal}` } }] });

  it('have their own names, labels, host names and volumes', () => {
    const made = newPod(stateOf([], withClaims()), 1);
    expect(made.metadata).toMatchObject({
      name: 'db-1',
      labels: { app: 'db', 'apps.kubernetes.io/pod-index': '1', 'statefulset.kubernetes.io/pod-name': 'db-1', 'controller-revision-hash': 'db-new' },
      ownerReferences: [{ kind: 'StatefulSet', name: 'db', controller: true }],
    });
    expect(made.spec).toMatchObject({ hostname: 'db-1', subdomain: 'db', volumes, containers: [{ image: 'db:1' }] });
  });

  it.each<[string, StatefulSet['spec'] extends infer S ? Partial<NonNullable<S>> : never, number, string]>([
    ['below the partition', { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } }, 1, 'db:0'],
    ['at the partition', { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } }, 2, 'db:1'],
    ['below it, with a start', { ordinals: { start: 5 }, updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } }, 6, 'db:0'],
    ['that were deleted by hand', { updateStrategy: { type: 'OnDelete' } }, 0, 'db:1'],
  ])('%s are of their revision', (_, spec, ordinal, image) => {
    expect(newPod(stateOf([], { spec }), ordinal).spec?.containers[0]?.image).toBe(image);
  });

  it('come with their claims', () => {
    const [step] = planPods(stateOf([], withClaims({ whenDeleted: 'Delete' }))).flat();
    expect(step?.do === 'create' && step.claims.create).toMatchObject([
      { metadata: { name: 'data-db-0', labels: { app: 'db', tier: 'x' }, ownerReferences: [bySet] }, spec: data.spec },
    ]);
  });

  it.each<[string, object, PersistentVolumeClaim, string[]]>([
    ['a claim that is there', {}, claim('data-db-0'), ['create db-0']],
    ["a claim of the pod before, which is kept", {}, claim('data-db-0', [{ name: 'db-0', uid: 'before' }]), ['create db-0']],
    ['a claim that goes with the pod before', { whenScaled: 'Delete' }, claim('data-db-0', [{ name: 'db-0', uid: 'before' }]), []],
  ])('and %s', (_, policy, existing, expected) => {
    expect(texts(planPods(stateOf([], withClaims(policy), [existing])))).toEqual(expected);
  });

  it('wait for claims that go, and get those that are missing', () => {
    const waiting = broken(0, { phase: 'Pending', volumes });
    const stepFor = (claims: PersistentVolumeClaim[]): Step | undefined => planPods(stateOf([waiting], withClaims(), claims)).flat()[0];
    const [missing, leaving] = [stepFor([]), stepFor([claim('data-db-0', [], true)])];
    expect(missing?.do === 'tend' && missing.claims.create.map(({ metadata }) => metadata.name)).toEqual(['data-db-0']);
    expect(leaving?.do === 'tend' && leaving.claims.going).toEqual(['data-db-0']);
    expect(stepFor([claim('data-db-0')])).toBeUndefined();
  });

  it.each<[string, { whenDeleted?: string; whenScaled?: string }, object[], object[] | undefined]>([
    ['kept, by nobody', {}, [], undefined],
    ['kept, no longer by the set', {}, [bySet], []],
    ['deleted with the set', { whenDeleted: 'Delete' }, [], [bySet]],
    ['deleted with the set, known already', { whenDeleted: 'Delete' }, [bySet], undefined],
    ['deleted with the set, which does not control it yet', { whenDeleted: 'Delete' }, [{ ...bySet, controller: false }], [bySet]],
    ['deleted when scaled down', { whenScaled: 'Delete' }, [], [byPod]],
    ['deleted when scaled down, no longer with the set', { whenDeleted: 'Delete', whenScaled: 'Delete' }, [bySet], [byPod]],
    ["another controller's", { whenDeleted: 'Delete' }, [{ name: 'x', uid: 'x' }, bySet], [{ name: 'x' }]],
    ['left by an earlier set', { whenDeleted: 'Delete' }, [{ ...bySet, uid: 'before' }], undefined],
  ])('that are scaled down: a claim %s', (_, policy, owners, expected) => {
    const pods = [ready(0), ready(1), ready(2)];
    const known = [claim('data-db-0'), claim('data-db-1'), claim('data-db-2', owners)];
    const settled = known.slice(0, 2).map((each) => (policy.whenDeleted ? { ...each, metadata: { ...each.metadata, ownerReferences: claim('', [bySet]).metadata.ownerReferences ?? [] } } : each));
    const steps = planPods(stateOf(pods, withClaims(policy), [...settled, claim('data-db-2', owners)])).flat();
    const tended = steps.flatMap((step) => (step.do === 'tend' ? step.claims.own : []));
    expect(tended.map((each) => each.owners)).toEqual(expected ? [expected.map((owner) => expect.objectContaining(owner))] : []);
    expect(steps.map(text).at(-1)).toBe('delete db-2');
  });
});

describe('planStatus', () => {
  const rolling: StatefulSetFields = { spec: { minReadySeconds: 10 } };
  it.each<[string, Pod[], StatefulSetFields, object]>([
    [
      'amid an update',
      [member(0, { revision: 'old' }), member(1, { revision: 'old', ready: 3 }), broken(2)],
      rolling,
      { replicas: 3, readyReplicas: 2, availableReplicas: 1, currentReplicas: 2, updatedReplicas: 1, currentRevision: 'db-old', updateRevision: 'db-new' },
    ],
    ['one goes', [member(0, { revision: 'old' }), going(1, { revision: 'old' })], {}, { replicas: 2, readyReplicas: 2, currentReplicas: 1, updatedReplicas: 0 }],
    ['the update is done', members(3), {}, { currentReplicas: 3, updatedReplicas: 3, currentRevision: 'db-new', updateRevision: 'db-new' }],
    ['not all are there yet', members(2), {}, { updatedReplicas: 2, currentRevision: 'db-old' }],
    ['updated by hand', members(3), { spec: { updateStrategy: { type: 'OnDelete' } } }, { updatedReplicas: 3, currentRevision: 'db-old' }],
  ])('%s', (_, pods, fields, expected) => {
    expect(planStatus(stateOf(pods, fields), 2)).toMatchObject({ ...expected, observedGeneration: 1, collisionCount: 2 });
  });

  it('counts what was just deleted no more', () => {
    const pods = members(3, { revision: 'old' });
    expect(planStatus(stateOf(pods), 0, new Set(pods.slice(2)))).toMatchObject({ replicas: 3, currentReplicas: 2 });
  });
});

describe('history', () => {
  const revision = (number: number, image: string, name = `r${number}`): ControllerRevision => ({
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: { name },
    data: templateData(template(image)),
    revision: number,
  });

  it.each<[string, ControllerRevision[], object]>([
    ['nothing yet', [], { do: 'create', number: 1 }],
    ['the newest', [revision(2, 'db:1'), revision(1, 'db:0')], { do: 'keep', revision: { revision: 2 } }],
    ['a rollback', [revision(1, 'db:1'), revision(2, 'db:2')], { do: 'renumber', revision: { revision: 1 }, number: 3 }],
    ['a new template', [revision(4, 'db:0')], { do: 'create', number: 5 }],
    ['twice the same', [revision(1, 'db:1', 'a'), revision(3, 'db:1', 'b')], { do: 'keep', revision: { metadata: { name: 'b' } } }],
  ])('%s', (_, revisions, expected) => {
    expect(planUpdateRevision(statefulSet(), revisions)).toMatchObject(expected);
  });

  it('makes a revision that is found again', () => {
    const made = newRevision(statefulSet(), 3, 0);
    expect(made.metadata.name).toBe(`db-${made.metadata.labels?.['controller.kubernetes.io/hash']}`);
    expect(planUpdateRevision(statefulSet(), [made])).toEqual({ do: 'keep', revision: made });
    expect(newRevision(statefulSet(), 3, 1).metadata.name).not.toBe(made.metadata.name);
  });

  it.each([
    [1, ['r1', 'r2']],
    [0, ['r1', 'r2', 'r3']],
    [3, []],
    [-1, []],
  ])('keeps %i that nothing is of', (limit, expected) => {
    const all = [5, 3, 1, 4, 2].map((number) => revision(number, `db:${number}`));
    const owner = statefulSet({ spec: { revisionHistoryLimit: limit } });
    const pods = [pod({ labels: { 'controller-revision-hash': 'r4' } })];
    expect(planTruncation(owner, all, { live: ['r5'], pods }).map(({ metadata }) => metadata.name)).toEqual(expected);
  });
});
