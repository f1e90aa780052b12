import { nodes } from '@typekube/client';
import { eventually } from '@typekube/client/testing';
import { TestCluster } from '../testing/test-cluster';

it('tells a node how long to keep secrets, whatever stood there', async () => {
  await using cluster = await TestCluster.start();
  const resource = cluster.client.for(nodes);
  const says = async (): Promise<string | undefined> => (await resource.get('alone')).metadata.annotations?.['node.alpha.kubernetes.io/ttl'];
  await resource.create({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'alone' } });
  await eventually(async () => (await says()) === '0');
  await cluster.kubectl('annotate node alone node.alpha.kubernetes.io/ttl=7 --overwrite');
  await eventually(async () => (await says()) === '0');
});
