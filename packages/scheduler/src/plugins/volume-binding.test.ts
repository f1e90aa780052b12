import type { corev1, storagev1 } from '@typekube/api';
import { FakeClock } from '@typekube/component-base/testing';
import { snapshotOf } from '../cache/snapshot';
import { CycleState } from '../framework/cycle-state';
import type { Claim } from '../framework/handle';
import type { Pod } from '../framework/objects';
import { filterResults, makeNode, makePod, testHandle, type World } from '../testing';
import { VolumeBinding } from './volume-binding';

const storageClass = (name: string, rest: Partial<storagev1.StorageClass> = {}): storagev1.StorageClass => ({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name },
  provisioner: 'example.com/disk',
  volumeBindingMode: 'WaitForFirstConsumer',
  ...rest,
});
const claim = (name: string, spec: Partial<corev1.PersistentVolumeClaimSpec>, rest: Partial<Claim> = {}): Claim => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name, namespace: 'default', ...(spec.volumeName && { annotations: { 'pv.kubernetes.io/bind-completed': 'yes' } }) },
  spec,
  ...rest,
});
const inZone = (zone: string): corev1.NodeSelector => ({
  nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'In', values: [zone] }] }],
});

const world: World = {
  nodes: [makeNode('a', { labels: { zone: 'x' } }), makeNode('b', { labels: { zone: 'y' } })],
  claims: [
    claim('anywhere', { volumeName: 'v1' }),
    claim('zonal', { volumeName: 'v2' }),
    claim('dangling', { volumeName: 'gone' }),
    claim('immediate', { storageClassName: 'now' }),
    claim('lost', { volumeName: 'v1' }, { status: { phase: 'Lost' } }),
    claim('delayed', { storageClassName: 'later' }),
    claim('delayed-zonal', { storageClassName: 'later-in-y' }),
    claim('static', { storageClassName: 'local' }),
  ],
  volumes: [
    { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'v1' } },
    { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'v2' }, spec: { nodeAffinity: { required: inZone('x') } } },
  ],
  classes: [
    storageClass('now', { volumeBindingMode: 'Immediate' }),
    storageClass('later'),
    storageClass('later-in-y', { allowedTopologies: [{ matchLabelExpressions: [{ key: 'zone', values: ['y'] }] }] }),
    storageClass('local', { provisioner: 'kubernetes.io/no-provisioner' }),
  ],
};

const using = (...names: string[]): Pod =>
  makePod('p', { spec: { volumes: names.map((claimName, i) => ({ name: `v${i}`, persistentVolumeClaim: { claimName } })) } });
const no = (reason: string): string => `UnschedulableAndUnresolvable: ${reason}`;
const both = (text: string) => ({ a: text, b: text });

it.each<[string, Pod, Record<string, string>]>([
  ['no claims', makePod('p'), both('ok')],
  ['a bound claim', using('anywhere'), both('ok')],
  [
    'a volume of one zone',
    using('anywhere', 'zonal'),
    { a: 'ok', b: no("node(s) didn't match PersistentVolume's node affinity") },
  ],
  ['no such claim', using('missing'), both(no('persistentvolumeclaim "missing" not found'))],
  ['no such volume', using('dangling'), both(no('node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)'))],
  ['a lost claim', using('lost'), both(no('persistentvolumeclaim "lost" bound to non-existent persistentvolume "v1"'))],
  ['an unbound claim', using('immediate'), both(no('pod has unbound immediate PersistentVolumeClaims'))],
  ['one that waits for its first consumer', using('delayed'), both('ok')],
  [
    'in allowed topologies',
    using('delayed-zonal'),
    { a: no("node(s) didn't find available persistent volumes to bind"), b: 'ok' },
  ],
  ['and that nobody provisions', using('static'), both(no("node(s) didn't find available persistent volumes to bind"))],
  [
    'one that is to be made for the pod',
    makePod('p', { spec: { volumes: [{ name: 'scratch', ephemeral: {} }] } }),
    both(no('waiting for ephemeral volume controller to create the persistentvolumeclaim "p-scratch"')),
  ],
])('filters: %s', (_, pod, expected) => {
  expect(filterResults((handle) => new VolumeBinding(handle), pod, world)).toEqual(expected);
});

describe('before binding', () => {
  function setUp() {
    const clock = new FakeClock();
    const claims = new Map((world.claims ?? []).map((entry) => [entry.metadata.name ?? '', entry]));
    const chosen: string[] = [];
    const snapshot = snapshotOf(world.nodes);
    const base = testHandle(world, snapshot);
    const plugin = new VolumeBinding(
      {
        ...base,
        clock,
        cluster: { ...base.cluster, claim: (_, name) => claims.get(name) },
        writer: { ...base.writer, selectNode: async ({ metadata }, node) => void chosen.push(`${metadata.name} on ${node}`) },
      },
      { bindTimeoutSeconds: 10 },
    );
    const state = new CycleState();
    plugin.preFilter(state, using('delayed', 'anywhere'));
    for (const node of snapshot.nodes) plugin.filter(state, using('delayed', 'anywhere'), node);
    return { clock, claims, chosen, done: plugin.preBind(state, using('delayed', 'anywhere'), 'b') };
  }

  it('has claims provisioned for the node, and waits until they are bound', async () => {
    const { clock, claims, chosen, done } = setUp();
    await new Promise((resolve) => setImmediate(resolve));
    expect(chosen).toEqual(['delayed on b']);
    claims.set('delayed', claim('delayed', { storageClassName: 'later', volumeName: 'new' }));
    clock.advance(250);
    expect(await done).toBeUndefined();
  });

  it('gives up after a while', async () => {
    const { clock, done } = setUp();
    const failure = done.catch((error: unknown) => String(error));
    for (let i = 0; i < 50; i++) {
      await new Promise((resolve) => setImmediate(resolve));
      clock.advance(250);
    }
    expect(await failure).toBe('Error: binding volumes: context deadline exceeded');
  });
});

describe('volumes that are there already', () => {
  const free = (name: string, zone: string, size: string, status = 'Available'): corev1.PersistentVolume => ({
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name },
    spec: { storageClassName: 'local', accessModes: ['ReadWriteOnce'], capacity: { storage: size }, nodeAffinity: { required: inZone(zone) } },
    status: { phase: status },
  });
  const wants = (name: string, storage: string): Claim =>
    claim(name, { storageClassName: 'local', accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } }, { metadata: { name, namespace: 'default', uid: name } });
  const local: World = {
    ...world,
    claims: [wants('small', '1Gi'), wants('large', '5Gi'), wants('huge', '50Gi')],
    volumes: [free('x1', 'x', '2Gi'), free('x2', 'x', '9Gi'), free('y1', 'y', '9Gi'), free('y2', 'y', '9Gi', 'Released')],
  };

  it.each<[string, Pod, Record<string, string>]>([
    ['a pod goes where they are', using('small'), both('ok')],
    ['each is for one claim', using('large', 'small'), { a: 'ok', b: no("node(s) didn't find available persistent volumes to bind") }],
    ['none is large enough', using('huge'), both(no("node(s) didn't find available persistent volumes to bind"))],
  ])('%s', (_, pod, expected) => {
    expect(filterResults((handle) => new VolumeBinding(handle), pod, local)).toEqual(expected);
  });

  it('are kept for the claims of a pod that is being bound, and free again where that fails', async () => {
    const snapshot = snapshotOf(local.nodes);
    const base = testHandle(local, snapshot);
    const kept: string[] = [];
    const plugin = new VolumeBinding({
      ...base,
      cluster: { ...base.cluster, claim: (_, name) => claim(name, { volumeName: 'any' }) },
      writer: { ...base.writer, keepVolume: async (volume, { metadata }) => void kept.push(`${volume.metadata.name} for ${metadata.name}`) },
    });
    const pod = using('large');
    const state = new CycleState();
    const [node] = snapshot.nodes;
    const other = new CycleState();
    const reader = new VolumeBinding(base);
    reader.preFilter(state, pod);
    reader.preFilter(other, using('small'));
    const tried = (cycle: CycleState, of: Pod): string => (node && plugin.filter(cycle, of, node)?.code) || 'ok';
    expect(tried(state, pod)).toBe('ok');
    plugin.reserve(state, pod, 'a');
    const again = new CycleState();
    reader.preFilter(again, using('large'));
    await plugin.preBind(state, pod, 'a');
    expect(kept).toEqual(['x2 for large']);
    expect(tried(other, using('small'))).toBe('ok');
    const second = { ...wants('second', '5Gi') };
    const third = new CycleState();
    new VolumeBinding(testHandle({ ...local, claims: [second] }, snapshot)).preFilter(third, using('second'));
    expect(tried(third, using('second'))).toBe('UnschedulableAndUnresolvable');
    plugin.unreserve(state, pod, 'a');
    expect(tried(third, using('second'))).toBe('ok');
  });
});
