import { controllerRevisions, daemonSets, nodes, pods } from '@typekube/client';
import { eventually } from '@typekube/client/testing';
import type { Pod } from '../shared/objects';
import { TestCluster } from '../testing/test-cluster';

const NODES = ['node-1', 'node-2', 'node-3'];

interface Options {
  readonly image?: string;
  readonly strategy?: object;
  readonly spec?: object;
  readonly podSpec?: object;
}

/** An agent on every node, as users write it. */
function agent(name: string, { image = 'app:1', strategy, spec, podSpec }: Options = {}): string {
  return JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name },
    spec: {
      selector: { matchLabels: { app: name } },
      ...(strategy && { updateStrategy: strategy }),
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'app', image }], ...podSpec } },
      ...spec,
    },
  });
}

describe('daemon sets', () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await TestCluster.start(['--controllers=*,-node-lifecycle-controller']);
    for (const name of NODES) await addNode(name);
  });
  afterAll(() => cluster[Symbol.asyncDispose]());

  const addNode = (name: string, labels = {}): Promise<unknown> =>
    cluster.client.for(nodes).create({ apiVersion: 'v1', kind: 'Node', metadata: { name, labels } });
  const podsOf = async (name: string): Promise<Pod[]> => {
    const { items } = await cluster.client.for(pods, 'default').list({ labelSelector: `app=${name}` });
    return items.filter(({ metadata }) => !metadata.deletionTimestamp);
  };
  /** `node-1=app:1` for each pod. */
  const placed = async (name: string): Promise<string[]> =>
    (await podsOf(name)).map(({ spec }) => `${spec?.nodeName}=${spec?.containers[0]?.image}`).sort();
  const everywhere = (image: string): string[] => NODES.map((node) => `${node}=${image}`);
  const rolledOut = (name: string): Promise<string> => cluster.kubectl(`rollout status daemonset/${name} --timeout=30s`);
  const apply = async (name: string, options: Options = {}): Promise<void> => {
    await cluster.kubectl('apply -f -', agent(name, options));
    await rolledOut(name);
  };
  const get = (name: string) => cluster.client.for(daemonSets, 'default').get(name);

  it('runs on every node, updates, goes back and tells its history', async () => {
    await apply('agent');
    expect(await placed('agent')).toEqual(everywhere('app:1'));
    expect((await get('agent')).status).toMatchObject({ desiredNumberScheduled: 3, currentNumberScheduled: 3, numberReady: 3, numberAvailable: 3, updatedNumberScheduled: 3, observedGeneration: 1 });
    await cluster.kubectl('set image daemonset/agent app=app:2');
    expect(await rolledOut('agent')).toMatch(/successfully rolled out$/);
    expect(await placed('agent')).toEqual(everywhere('app:2'));
    expect(await cluster.kubectl('rollout undo daemonset/agent')).toBe('daemonset.apps/agent rolled back');
    await rolledOut('agent');
    expect(await placed('agent')).toEqual(everywhere('app:1'));
    const history = (await cluster.kubectl('rollout history daemonset/agent')).split('\n').slice(2);
    expect(history).toEqual([expect.stringMatching(/^2 /), expect.stringMatching(/^3 /)]);
    expect(await cluster.kubectl('rollout undo daemonset/agent --to-revision=3')).toMatch(/^daemonset.apps\/agent skipped rollback/);
    await cluster.kubectl('rollout restart daemonset/agent');
    await rolledOut('agent');
    const [pod] = await podsOf('agent');
    const { items } = await cluster.client.for(controllerRevisions, 'default').list({ labelSelector: 'app=agent' });
    expect(items.map(({ revision }) => revision).sort()).toEqual([2, 3, 4]);
    const newest = items.find(({ revision }) => revision === 4);
    expect(pod?.metadata.labels).toMatchObject({ 'controller-revision-hash': newest?.metadata.labels?.['controller-revision-hash'], 'pod-template-generation': '4' });
    expect(pod?.spec?.tolerations?.length).toBeGreaterThanOrEqual(6);
  });

  it('keeps as many revisions as it is told', async () => {
    await apply('short', { spec: { revisionHistoryLimit: 1 } });
    for (const image of ['app:2', 'app:3', 'app:4']) {
      await cluster.kubectl(`set image daemonset/short app=${image}`);
      await rolledOut('short');
    }
    const revisions = async (): Promise<number[]> =>
      (await cluster.client.for(controllerRevisions, 'default').list({ labelSelector: 'app=short' })).items.map(({ revision }) => revision).sort();
    await eventually(async () => (await revisions()).join() === '3,4');
  });

  it('follows nodes that come, change and go', async () => {
    await apply('picky', { podSpec: { nodeSelector: { disk: 'fast' } } });
    expect(await placed('picky')).toEqual([]);
    await cluster.kubectl('label node node-2 disk=fast');
    await eventually(async () => (await placed('picky')).join() === 'node-2=app:1');
    await addNode('node-9', { disk: 'fast' });
    await eventually(async () => (await placed('picky')).join() === 'node-2=app:1,node-9=app:1');
    await cluster.kubectl('taint node node-9 gone=yes:NoExecute');
    await cluster.kubectl('label node node-2 disk-');
    await eventually(async () => (await placed('picky')).length === 0);
    await cluster.kubectl('delete node node-9');
    await eventually(async () => (await get('agent')).status?.desiredNumberScheduled === 3);
  });

  it('deletes pods that have failed, and puts others in their place', async () => {
    await apply('fragile');
    const [pod] = await podsOf('fragile');
    const { name = '', uid } = pod?.metadata ?? {};
    await cluster.client.for(pods, 'default').patch(name, { type: 'merge', body: { status: { phase: 'Failed' } } }, { subresource: 'status' });
    await eventually(async () => {
      const now = await podsOf('fragile');
      return now.length === 3 && now.every(({ metadata, status }) => metadata.uid !== uid && status?.phase === 'Running');
    });
    await eventually(async () => (await cluster.kubectl('get events')).includes(`Found failed daemon pod default/${name} on node ${pod?.spec?.nodeName}, will try to kill it`));
  });

  it('with OnDelete, updates what is deleted', async () => {
    await apply('manual', { strategy: { type: 'OnDelete' } }).catch((error: Error) => expect(error.message).toContain('only available for RollingUpdate'));
    await eventually(async () => (await placed('manual')).length === 3);
    await cluster.kubectl('set image daemonset/manual app=app:2');
    await eventually(async () => (await get('manual')).status?.observedGeneration === 2);
    const first = (await podsOf('manual')).find(({ spec }) => spec?.nodeName === 'node-1');
    await cluster.kubectl(`delete pod ${first?.metadata.name}`);
    await eventually(async () => (await placed('manual')).join() === 'node-1=app:2,node-2=app:1,node-3=app:1');
  });

  it('with a surge, keeps the old pod of a node until the new one is available', async () => {
    await apply('surge', { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } });
    await cluster.kubectl('set image daemonset/surge app=broken:1');
    await eventually(async () => (await placed('surge')).length === 4);
    expect((await placed('surge')).filter((text) => text.endsWith('=app:1'))).toEqual(everywhere('app:1'));
    await cluster.kubectl('set image daemonset/surge app=app:2');
    await rolledOut('surge');
    await eventually(async () => (await placed('surge')).join() === everywhere('app:2').join());
  });

  it('keeps the minimum available while a revision is broken', async () => {
    await apply('stuck');
    await cluster.kubectl('set image daemonset/stuck app=broken:1');
    await eventually(async () => (await placed('stuck')).some((text) => text.endsWith('broken:1')));
    await cluster.kubectl('rollout undo daemonset/stuck');
    await rolledOut('stuck');
    expect(await placed('stuck')).toEqual(everywhere('app:1'));
    expect((await get('stuck')).status).toMatchObject({ updatedNumberScheduled: 3, numberAvailable: 3 });
  });

  it('leaves orphans, which the next one adopts', async () => {
    await apply('orphaned');
    const before = (await podsOf('orphaned')).map(({ metadata }) => metadata.uid).sort();
    await cluster.kubectl('delete daemonset orphaned --cascade=orphan');
    await eventually(async () => (await podsOf('orphaned')).every(({ metadata }) => metadata.ownerReferences === undefined));
    await apply('orphaned');
    expect((await podsOf('orphaned')).map(({ metadata }) => metadata.uid).sort()).toEqual(before);
    await eventually(async () => (await podsOf('orphaned')).every(({ metadata }) => metadata.ownerReferences?.[0]?.kind === 'DaemonSet'));
    const { items } = await cluster.client.for(controllerRevisions, 'default').list({ labelSelector: 'app=orphaned' });
    expect(items.map(({ revision }) => revision)).toEqual([1]);
  });

  it('updates adopted pods of another template', async () => {
    await apply('changed');
    await cluster.kubectl('delete daemonset changed --cascade=orphan');
    await apply('changed', { image: 'app:2' });
    await eventually(async () => (await placed('changed')).join() === everywhere('app:2').join());
  });

  it('goes on where a killed controller manager stopped, without doubles', async () => {
    await apply('survivor');
    await cluster.kubectl('set image daemonset/survivor app=app:2');
    await eventually(async () => (await placed('survivor')).some((text) => text.endsWith('app:2')));
    await cluster.killManager();
    cluster.startManager();
    await rolledOut('survivor');
    expect(await placed('survivor')).toEqual(everywhere('app:2'));
    const { items } = await cluster.client.for(controllerRevisions, 'default').list({ labelSelector: 'app=survivor' });
    expect(items).toHaveLength(2);
    expect(cluster.managerLog).not.toMatch(/TypeError|MaxListeners/);
  });

  it('goes with its pods and its history', async () => {
    await apply('deleted');
    await cluster.kubectl('delete daemonset deleted');
    await eventually(async () => (await podsOf('deleted')).length === 0);
    await eventually(async () => (await cluster.client.for(controllerRevisions, 'default').list({ labelSelector: 'app=deleted' })).items.length === 0);
  });
});
