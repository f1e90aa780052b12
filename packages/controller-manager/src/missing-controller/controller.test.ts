import { jobs, statefulSets } from '@typekube/client';
import { eventually } from '@typekube/client/testing';
import { TestCluster } from '../testing/test-cluster';

const template = (restartPolicy: string): object => ({
  metadata: { labels: { app: 'a' } },
  spec: { restartPolicy, containers: [{ name: 'c', image: 'busybox:1' }] },
});

it('tells the user that nothing acts on an object, once', async () => {
  await using cluster = await TestCluster.start();
  const selector = { matchLabels: { app: 'a' } };
  const set = { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'set', namespace: 'default' }, spec: { serviceName: 's', selector, template: template('Always') } };
  const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'job', namespace: 'default' }, spec: { template: template('Never') } };
  const client = { sets: cluster.client.for(statefulSets, 'default'), jobs: cluster.client.for(jobs, 'default') };
  await cluster.kubectl('create -f -', JSON.stringify(set));
  await cluster.kubectl('create -f -', JSON.stringify(job));
  const events = (): Promise<string> => cluster.kubectl('get events --field-selector reason=NoController');
  await eventually(async () => /has no controller for objects of kind StatefulSet/.test(await events()) && /of kind Job/.test(await events()));
  await client.jobs.delete('job');
  await client.sets.patch('set', { type: 'merge', body: { metadata: { labels: { changed: 'yes' } } } });
  await cluster.kubectl('create -f -', JSON.stringify({ ...set, metadata: { ...set.metadata, name: 'second' } }));
  await eventually(async () => (await events()).includes('statefulset/second'));
  expect((await events()).match(/statefulset\/set /g)).toHaveLength(1);
});
