import { jobs, pods } from '@typekube/client';
import { eventually } from '@typekube/client/testing';
import { TestCluster } from '../testing/test-cluster';

it('deletes a finished job and its pods when its time is over, and no other', async () => {
  await using cluster = await TestCluster.start();
  const create = (name: string, ttl: object): Promise<string> => {
    const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'exit:0' }] } };
    return cluster.kubectl('create -f -', JSON.stringify({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name }, spec: { ...ttl, template } }));
  };
  await Promise.all([create('short', { ttlSecondsAfterFinished: 0 }), create('kept', {}), create('long', { ttlSecondsAfterFinished: 99_999_999 })]);
  const client = cluster.client.for(jobs, 'default');
  await eventually(async () => {
    const { items } = await client.list();
    return items.map(({ metadata }) => metadata.name).join() === 'kept,long' && items.every(({ status }) => status?.succeeded === 1);
  });
  await eventually(async () => (await cluster.client.for(pods, 'default').list()).items.length === 2);
});
