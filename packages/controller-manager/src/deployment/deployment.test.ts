import { deployments, pods, replicaSets } from '@typekube/client';
import { eventually } from '@typekube/client/testing';
import { TestCluster } from '../testing/test-cluster';

/** An application of so many replicas, as users write it. */
function application(name: string, { replicas = 3, image = 'app:1', strategy = 'RollingUpdate' } = {}): string {
  return JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas,
      strategy: { type: strategy },
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'app', image }] } },
    },
  });
}

describe('deployments', () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await TestCluster.start();
  });
  afterAll(() => cluster[Symbol.asyncDispose]());

  const images = async (name: string): Promise<string[]> => {
    const { items } = await cluster.client.for(pods, 'default').list({ labelSelector: `app=${name}` });
    return items.filter(({ metadata }) => !metadata.deletionTimestamp).map(({ spec }) => spec?.containers[0]?.image ?? '');
  };
  const deploy = async (name: string, options = {}): Promise<void> => {
    await cluster.kubectl('apply -f -', application(name, options));
    await cluster.kubectl(`rollout status deployment/${name} --timeout=20s`);
  };

  it('rolls out, updates, goes back and tells its history', async () => {
    await deploy('web');
    expect(await images('web')).toEqual(['app:1', 'app:1', 'app:1']);
    await cluster.kubectl('set image deployment/web app=app:2');
    expect(await cluster.kubectl('rollout status deployment/web --timeout=20s')).toMatch(/successfully rolled out$/);
    expect(await images('web')).toEqual(['app:2', 'app:2', 'app:2']);
    expect(await cluster.kubectl('rollout undo deployment/web')).toBe('deployment.apps/web rolled back');
    await cluster.kubectl('rollout status deployment/web --timeout=20s');
    expect(await images('web')).toEqual(['app:1', 'app:1', 'app:1']);
    expect((await cluster.kubectl('rollout history deployment/web')).split('\n').slice(2)).toEqual([
      expect.stringMatching(/^2 /),
      expect.stringMatching(/^3 /),
    ]);
    await cluster.kubectl('rollout restart deployment/web');
    await cluster.kubectl('rollout status deployment/web --timeout=20s');
    expect((await cluster.client.for(replicaSets, 'default').list()).items).toHaveLength(3);
  });

  it('scales both ways', async () => {
    await deploy('scaled');
    await cluster.kubectl('scale deployment/scaled --replicas=5');
    await eventually(async () => (await images('scaled')).length === 5);
    await cluster.kubectl('scale deployment/scaled --replicas=1');
    await eventually(async () => (await images('scaled')).length === 1);
    const { metadata } = await cluster.client.for(deployments, 'default').get('scaled');
    await eventually(async () => /Scaled down replica set scaled-\w+ from 5 to 1/.test(await cluster.kubectl('get events')));
    expect(metadata.annotations).toMatchObject({ 'deployment.kubernetes.io/revision': '1' });
  });

  it('keeps the minimum available while a revision is broken', async () => {
    await deploy('stuck', { replicas: 4 });
    await cluster.kubectl('set image deployment/stuck app=broken:1');
    await eventually(async () => (await images('stuck')).filter((image) => image === 'broken:1').length === 2);
    await eventually(async () => (await images('stuck')).filter((image) => image === 'app:1').length === 3);
    await cluster.kubectl('rollout undo deployment/stuck');
    await cluster.kubectl('rollout status deployment/stuck --timeout=20s');
    expect(await images('stuck')).toEqual(['app:1', 'app:1', 'app:1', 'app:1']);
  });

  it('recreates: no new pod before the last old one is gone', async () => {
    await deploy('single', { strategy: 'Recreate', replicas: 2 });
    await cluster.kubectl('set image deployment/single app=app:2');
    let mixed = false;
    await eventually(async () => {
      const seen = await images('single');
      mixed ||= new Set(seen).size > 1;
      return seen.length === 2 && seen.every((image) => image === 'app:2');
    });
    expect(mixed).toBe(false);
  });

  it('replaces pods that are deleted, and gives up ones whose labels change', async () => {
    await deploy('healed', { replicas: 2 });
    const [first, second] = (await cluster.client.for(pods, 'default').list({ labelSelector: 'app=healed' })).items;
    await cluster.kubectl(`delete pod ${first?.metadata.name} --wait=false`);
    await cluster.kubectl(`label pod ${second?.metadata.name} app=other --overwrite`);
    await eventually(async () => (await images('healed')).length === 2);
    await eventually(async () => {
      const released = await cluster.client.for(pods, 'default').get(second?.metadata.name ?? '');
      return released.metadata.ownerReferences === undefined;
    });
  });

  it('does nothing while paused, and all at once afterwards', async () => {
    await deploy('paused', { replicas: 1 });
    await cluster.kubectl('rollout pause deployment/paused');
    await cluster.kubectl('set image deployment/paused app=app:2');
    await eventually(async () => {
      const { status } = await cluster.client.for(deployments, 'default').get('paused');
      return status?.conditions?.some(({ reason }) => reason === 'DeploymentPaused') === true && status.updatedReplicas === undefined;
    });
    expect(await images('paused')).toEqual(['app:1']);
    await cluster.kubectl('rollout resume deployment/paused');
    await eventually(async () => (await images('paused')).join() === 'app:2');
  });

  it('goes on where a killed controller manager stopped', async () => {
    await deploy('survivor', { replicas: 10 });
    await cluster.kubectl('set image deployment/survivor app=app:2');
    await eventually(async () => (await images('survivor')).includes('app:2'));
    await cluster.killManager();
    cluster.startManager();
    await cluster.kubectl('rollout status deployment/survivor --timeout=20s');
    expect(await images('survivor')).toEqual(Array.from({ length: 10 }, () => 'app:2'));
  });
});
