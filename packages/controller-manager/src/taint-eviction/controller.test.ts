import { nodes, pods } from '@typekube/client';
import { eventually } from '@typekube/client/testing';
import { TestCluster } from '../testing/test-cluster';

it('counts from when it has seen a taint that does not say since when it is there', async () => {
  await using cluster = await TestCluster.start(['--controllers=taint-eviction-controller']);
  const { client } = cluster;
  await client.for(nodes).create({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' }, spec: {} });
  const pod = (name: string, tolerationSeconds: number): string =>
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name },
      spec: {
        nodeName: 'n',
        terminationGracePeriodSeconds: 0,
        containers: [{ name: 'c', image: 'i' }],
        tolerations: [{ key: 'k', operator: 'Exists', effect: 'NoExecute', tolerationSeconds }],
      },
    });
  await cluster.kubectl('create -f -', pod('short', 1));
  await cluster.kubectl('create -f -', pod('long', 3600));
  await client.for(nodes).patch('n', { type: 'merge', body: { spec: { taints: [{ key: 'k', effect: 'NoExecute' }] } } });
  const left = async (): Promise<string> => (await client.for(pods, 'default').list()).items.map(({ metadata }) => metadata.name).join();
  await eventually(async () => (await left()) === 'long');
});
