import { horizontalPodAutoscalers, replicationControllers } from '@typekube/client';
import { eventually } from '@typekube/client/testing';
import { TestCluster } from '../testing/test-cluster';

const TEMPLATE = { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'c', image: 'busybox:1' }] } };

it('tells the user that nothing acts on an object, once', async () => {
  await using cluster = await TestCluster.start();
  const first = { apiVersion: 'v1', kind: 'ReplicationController', metadata: { name: 'first', namespace: 'default' }, spec: { template: TEMPLATE } };
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
  const scaler = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'scaler' }, spec: { scaleTargetRef, maxReplicas: 3 } };
  await cluster.kubectl('create -f -', JSON.stringify(first));
  await cluster.kubectl('create -f -', JSON.stringify(scaler));
  const events = (): Promise<string> => cluster.kubectl('get events --field-selector reason=NoController');
  await eventually(async () => /has no controller for objects of kind ReplicationController/.test(await events()) && /of kind HorizontalPodAutoscaler/.test(await events()));
  await cluster.client.for(horizontalPodAutoscalers, 'default').delete('scaler');
  await cluster.client.for(replicationControllers, 'default').patch('first', { type: 'merge', body: { metadata: { labels: { changed: 'yes' } } } });
  await cluster.kubectl('create -f -', JSON.stringify({ ...first, metadata: { ...first.metadata, name: 'second' } }));
  await eventually(async () => (await events()).includes('replicationcontroller/second'));
  expect((await events()).match(/replicationcontroller\/first /g)).toHaveLength(1);
});
