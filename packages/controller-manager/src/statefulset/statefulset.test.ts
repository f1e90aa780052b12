import { controllerRevisions, persistentVolumeClaims, pods, statefulSets } from '@typekube/client';
import { eventually } from '@typekube/client/testing';
import type { PersistentVolumeClaim, Pod } from '../shared/objects';
import { TestCluster } from '../testing/test-cluster';

interface Options {
  readonly replicas?: number;
  readonly image?: string;
  readonly strategy?: object;
  /** Its one claim, named `data`. */
  readonly claim?: boolean;
  readonly spec?: object;
}

const CLAIM = { metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } };

/** A database of so many replicas, as users write it. */
function database(name: string, { replicas = 3, image = 'app:1', strategy, claim = false, spec }: Options = {}): string {
  return JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name },
    spec: {
      serviceName: name,
      replicas,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'app', image }] } },
      ...(strategy && { updateStrategy: strategy }),
      ...(claim && { volumeClaimTemplates: [CLAIM] }),
      ...spec,
    },
  });
}

describe('stateful sets', () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await TestCluster.start();
  });
  afterAll(() => cluster[Symbol.asyncDispose]());

  const podsOf = async (name: string): Promise<Pod[]> => {
    const { items } = await cluster.client.for(pods, 'default').list({ labelSelector: `app=${name}` });
    return items.filter(({ metadata }) => !metadata.deletionTimestamp);
  };
  /** `db-0=app:1` for each pod. */
  const listed = async (name: string): Promise<string> =>
    (await podsOf(name))
      .map(({ metadata, spec }) => `${metadata.name}=${spec?.containers[0]?.image}`)
      .sort()
      .join();
  const all = (name: string, image: string, count = 3): string =>
    Array.from({ length: count }, (_, i) => `${name}-${i}=${image}`).join();
  const claimsOf = async (name: string): Promise<PersistentVolumeClaim[]> => {
    const { items } = await cluster.client.for(persistentVolumeClaims, 'default').list({ labelSelector: `app=${name}` });
    return items;
  };
  const claimNames = async (name: string): Promise<string> =>
    (await claimsOf(name)).map(({ metadata }) => metadata.name).sort().join();
  const revisionsOf = async (name: string) =>
    (await cluster.client.for(controllerRevisions, 'default').list({ labelSelector: `app=${name}` })).items;
  const get = (name: string) => cluster.client.for(statefulSets, 'default').get(name);
  const rolledOut = (name: string): Promise<string> => cluster.kubectl(`rollout status statefulset/${name} --timeout=30s`);
  const apply = (name: string, options: Options = {}): Promise<string> => cluster.kubectl('apply -f -', database(name, options));
  const deploy = async (name: string, options: Options = {}): Promise<void> => {
    await apply(name, options);
    await rolledOut(name);
  };
  const setImage = (name: string, image: string): Promise<string> => cluster.kubectl(`set image statefulset/${name} app=${image}`);

  it('starts in order, updates, goes back and tells its history', async () => {
    await deploy('db');
    expect(await listed('db')).toBe(all('db', 'app:1'));
    const started = (await podsOf('db')).sort((a, b) => (a.metadata.name! < b.metadata.name! ? -1 : 1));
    const versions = started.map(({ metadata }) => metadata.creationTimestamp ?? '');
    expect([...versions].sort()).toEqual(versions);
    expect(started[1]?.metadata.labels).toMatchObject({ 'apps.kubernetes.io/pod-index': '1', 'statefulset.kubernetes.io/pod-name': 'db-1' });
    expect(started[1]?.spec).toMatchObject({ hostname: 'db-1', subdomain: 'db' });
    await setImage('db', 'app:2');
    expect(await rolledOut('db')).toMatch(/(rolling update complete|roll out complete|partitioned roll out complete)/);
    expect(await listed('db')).toBe(all('db', 'app:2'));
    expect(await cluster.kubectl('rollout undo statefulset/db')).toBe('statefulset.apps/db rolled back');
    await rolledOut('db');
    expect(await listed('db')).toBe(all('db', 'app:1'));
    const history = (await cluster.kubectl('rollout history statefulset/db')).split('\n').slice(2);
    expect(history).toEqual([expect.stringMatching(/^2 /), expect.stringMatching(/^3 /)]);
    expect(await cluster.kubectl('rollout undo statefulset/db --to-revision=3')).toMatch(/^statefulset.apps\/db skipped rollback/);
    await cluster.kubectl('rollout restart statefulset/db');
    await rolledOut('db');
    const { status } = await get('db');
    expect(status).toMatchObject({ replicas: 3, readyReplicas: 3, availableReplicas: 3, currentReplicas: 3, updatedReplicas: 3, observedGeneration: 4 });
    expect(status?.currentRevision).toBe(status?.updateRevision);
    expect((await revisionsOf('db')).map(({ revision }) => revision).sort()).toEqual([2, 3, 4]);
    const [pod] = await podsOf('db');
    expect(pod?.metadata.labels?.['controller-revision-hash']).toBe(status?.updateRevision);
    const events = await cluster.kubectl('get events --field-selector involvedObject.kind=StatefulSet');
    expect(events).toContain('create Pod db-0 in StatefulSet db successful');
    expect(events).toContain('delete Pod db-2 in StatefulSet db successful');
  });

  it('scales both ways, the last pod first', async () => {
    await deploy('scaled');
    await cluster.kubectl('scale statefulset/scaled --replicas=5');
    await eventually(async () => (await listed('scaled')) === all('scaled', 'app:1', 5));
    await cluster.kubectl('scale statefulset/scaled --replicas=1');
    await eventually(async () => (await listed('scaled')) === all('scaled', 'app:1', 1));
    await cluster.kubectl('scale statefulset/scaled --replicas=0');
    await eventually(async () => (await get('scaled')).status?.replicas === 0);
  });

  it('waits for a pod that is not ready, and for no one if it may do all at once', async () => {
    await apply('slow', { image: 'broken:1' });
    await apply('quick', { image: 'broken:1', spec: { podManagementPolicy: 'Parallel' } });
    await eventually(async () => (await listed('quick')) === all('quick', 'broken:1'));
    expect(await listed('slow')).toBe('slow-0=broken:1');
    await setImage('quick', 'app:2');
    await rolledOut('quick');
    expect(await listed('quick')).toBe(all('quick', 'app:2'));
    // As upstream: an ordered set waits for a broken pod even if its template is mended, until somebody deletes the pod.
    await setImage('slow', 'app:2');
    await eventually(async () => (await get('slow')).status?.observedGeneration === 2);
    await cluster.kubectl('delete pod slow-0');
    await rolledOut('slow');
    expect(await listed('slow')).toBe(all('slow', 'app:2'));
  });

  it('updates from the partition on, and what is deleted below stays what it is', async () => {
    await deploy('canary');
    const partition = (value: number) => cluster.client.for(statefulSets, 'default').patch('canary', { type: 'merge', body: { spec: { updateStrategy: { rollingUpdate: { partition: value } } } } });
    await partition(2);
    await setImage('canary', 'app:2');
    await rolledOut('canary');
    const mixed = 'canary-0=app:1,canary-1=app:1,canary-2=app:2';
    expect(await listed('canary')).toBe(mixed);
    await cluster.kubectl('delete pod canary-0 canary-2');
    await eventually(async () => (await listed('canary')) === mixed);
    await partition(0);
    await rolledOut('canary');
    expect(await listed('canary')).toBe(all('canary', 'app:2'));
  });

  it('updates several at once where it may', async () => {
    const strategy = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 2 } };
    await deploy('wide', { replicas: 4, strategy, spec: { podManagementPolicy: 'Parallel' } });
    await setImage('wide', 'broken:1');
    await eventually(async () => (await listed('wide')) === 'wide-0=app:1,wide-1=app:1,wide-2=broken:1,wide-3=broken:1');
    await cluster.kubectl('rollout undo statefulset/wide');
    await rolledOut('wide');
    expect(await listed('wide')).toBe(all('wide', 'app:1', 4));
  });

  it('with OnDelete, updates what is deleted', async () => {
    await apply('manual', { strategy: { type: 'OnDelete' } });
    await eventually(async () => (await get('manual')).status?.readyReplicas === 3);
    await setImage('manual', 'app:2');
    await eventually(async () => (await get('manual')).status?.observedGeneration === 2);
    await cluster.kubectl('delete pod manual-1');
    await eventually(async () => (await listed('manual')) === 'manual-0=app:1,manual-1=app:2,manual-2=app:1');
    await eventually(async () => {
      const { status } = await get('manual');
      return status?.updatedReplicas === 1 && status.currentReplicas === 2;
    });
  });

  it('makes pods anew that have ended', async () => {
    await deploy('fragile');
    const uid = (await podsOf('fragile')).find(({ metadata }) => metadata.name === 'fragile-1')?.metadata.uid;
    await cluster.client.for(pods, 'default').patch('fragile-1', { type: 'merge', body: { status: { phase: 'Failed' } } }, { subresource: 'status' });
    await eventually(async () => {
      const now = (await podsOf('fragile')).find(({ metadata }) => metadata.name === 'fragile-1');
      return now !== undefined && now.metadata.uid !== uid && now.status?.phase === 'Running';
    });
  });

  it('counts from where it is told, and waits until pods are available', async () => {
    await deploy('late', { replicas: 2, spec: { ordinals: { start: 5 }, minReadySeconds: 1 } });
    expect(await listed('late')).toBe('late-5=app:1,late-6=app:1');
    await eventually(async () => (await get('late')).status?.availableReplicas === 2);
    await cluster.client.for(statefulSets, 'default').patch('late', { type: 'merge', body: { spec: { ordinals: { start: 6 } } } });
    await eventually(async () => (await listed('late')) === 'late-6=app:1,late-7=app:1');
  });

  it('makes claims, and keeps them', async () => {
    await deploy('kept', { claim: true, replicas: 2 });
    expect(await claimNames('kept')).toBe('data-kept-0,data-kept-1');
    const [pod] = await podsOf('kept');
    expect(pod?.spec?.volumes).toContainEqual({ name: 'data', persistentVolumeClaim: { claimName: `data-${pod?.metadata.name}` } });
    await cluster.kubectl('scale statefulset/kept --replicas=1');
    await eventually(async () => (await podsOf('kept')).length === 1);
    await cluster.kubectl('delete statefulset kept');
    await eventually(async () => (await podsOf('kept')).length === 0 && (await revisionsOf('kept')).length === 0);
    expect((await claimsOf('kept')).map(({ metadata }) => [metadata.name, metadata.ownerReferences])).toEqual([
      ['data-kept-0', undefined],
      ['data-kept-1', undefined],
    ]);
  });

  it('lets claims go with pods that are scaled down, and with the set', async () => {
    const policy = { persistentVolumeClaimRetentionPolicy: { whenScaled: 'Delete', whenDeleted: 'Delete' } };
    await deploy('brief', { claim: true, spec: policy });
    await eventually(async () => (await claimsOf('brief')).every(({ metadata }) => metadata.ownerReferences?.[0]?.kind === 'StatefulSet'));
    await cluster.kubectl('scale statefulset/brief --replicas=1');
    await eventually(async () => (await claimNames('brief')) === 'data-brief-0');
    await cluster.kubectl('scale statefulset/brief --replicas=2');
    await rolledOut('brief');
    expect(await claimNames('brief')).toBe('data-brief-0,data-brief-1');
    await cluster.kubectl('delete statefulset brief');
    await eventually(async () => (await claimsOf('brief')).length === 0);
  });

  it('follows a change of the policy', async () => {
    await deploy('moody', { claim: true, replicas: 1 });
    const owners = async (): Promise<string> => (await claimsOf('moody')).flatMap(({ metadata }) => metadata.ownerReferences ?? []).map(({ kind }) => kind).join();
    const whenDeleted = (value: string) => cluster.client.for(statefulSets, 'default').patch('moody', { type: 'merge', body: { spec: { persistentVolumeClaimRetentionPolicy: { whenDeleted: value } } } });
    expect(await owners()).toBe('');
    await whenDeleted('Delete');
    await eventually(async () => (await owners()) === 'StatefulSet');
    await whenDeleted('Retain');
    await eventually(async () => (await owners()) === '');
  });

  it('leaves orphans, which the next one adopts', async () => {
    await deploy('orphaned');
    const before = (await podsOf('orphaned')).map(({ metadata }) => metadata.uid).sort();
    await cluster.kubectl('delete statefulset orphaned --cascade=orphan');
    await eventually(async () => (await podsOf('orphaned')).every(({ metadata }) => metadata.ownerReferences === undefined));
    await deploy('orphaned');
    await eventually(async () => (await podsOf('orphaned')).every(({ metadata }) => metadata.ownerReferences?.[0]?.kind === 'StatefulSet'));
    expect((await podsOf('orphaned')).map(({ metadata }) => metadata.uid).sort()).toEqual(before);
    expect((await revisionsOf('orphaned')).map(({ revision }) => revision)).toEqual([1]);
  });

  it('gives up pods whose labels change, and tells that their names are taken', async () => {
    await deploy('renamed', { replicas: 1 });
    await cluster.kubectl('label pod renamed-0 app=other --overwrite');
    await eventually(async () => (await cluster.client.for(pods, 'default').get('renamed-0')).metadata.ownerReferences === undefined);
    await cluster.kubectl('delete pod renamed-0');
    await eventually(async () => (await listed('renamed')) === 'renamed-0=app:1');
  });

  it('goes on where a killed controller manager stopped, without doubles', async () => {
    await deploy('survivor', { replicas: 5 });
    await setImage('survivor', 'app:2');
    await eventually(async () => (await listed('survivor')).includes('app:2'));
    await cluster.killManager();
    cluster.startManager();
    await rolledOut('survivor');
    expect(await listed('survivor')).toBe(all('survivor', 'app:2', 5));
    expect(await revisionsOf('survivor')).toHaveLength(2);
    expect(cluster.managerLog).not.toMatch(/TypeError|MaxListeners/);
  });
});
