import { configMaps, pods, resourceQuotas } from '@typekube/client';
import { eventually } from '@typekube/client/testing';
import { TestCluster } from '../testing/test-cluster';

describe('quotas', () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await TestCluster.start();
  });
  afterAll(() => cluster[Symbol.asyncDispose]());

  const used = async (namespace: string): Promise<Record<string, string> | undefined> =>
    (await cluster.client.for(resourceQuotas, namespace).get('q')).status?.used;
  const start = async (namespace: string, hard: string): Promise<void> => {
    await cluster.kubectl(`create namespace ${namespace}`);
    await cluster.kubectl(`create quota q -n ${namespace} --hard=${hard}`);
    await eventually(async () => (await used(namespace)) !== undefined);
  };
  const map = (i: number) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `m${i}` } }) as const;

  it('lets no more pass than there is room for, and knows of what is deleted', async () => {
    await start('storm', 'count/configmaps=6');
    const maps = cluster.client.for(configMaps, 'storm');
    // The certificate authority has a config map in every namespace.
    await eventually(async () => (await used('storm'))?.['count/configmaps'] === '1');
    const results = await Promise.allSettled(Array.from({ length: 20 }, (_, i) => maps.create(map(i))));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
    const { items } = await maps.list();
    expect(items).toHaveLength(6);
    const [victim] = items.filter(({ metadata }) => metadata.name?.startsWith('m'));
    await maps.delete(victim?.metadata.name ?? '');
    await eventually(async () => (await used('storm'))?.['count/configmaps'] === '5');
    await maps.create(map(99));
  });

  it('counts pods until they end', async () => {
    await start('ending', 'pods=1');
    await cluster.kubectl('run a -n ending --image=i --restart=Never');
    await expect(cluster.kubectl('run b -n ending --image=i --restart=Never')).rejects.toThrow(
      'pods "b" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1',
    );
    const client = cluster.client.for(pods, 'ending');
    const pod = await client.get('a');
    await client.updateStatus({ ...pod, status: { ...pod.status, phase: 'Succeeded' } });
    await eventually(async () => (await used('ending'))?.['pods'] === '0');
    await cluster.kubectl('run b -n ending --image=i --restart=Never');
  });
});
