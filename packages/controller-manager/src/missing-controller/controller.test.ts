import { horizontalPodAutoscalers } from '@typekube/client';
import { eventually } from '@typekube/client/testing';
import { TestCluster } from '../testing/test-cluster';

it('tells the user that nothing acts on an object, once', async () => {
  await using cluster = await TestCluster.start();
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
  const first = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'first' }, spec: { scaleTargetRef, maxReplicas: 3 } };
  await cluster.kubectl('create -f -', JSON.stringify(first));
  const events = (): Promise<string> => cluster.kubectl('get events --field-selector reason=NoController');
  await eventually(async () => /has no controller for objects of kind HorizontalPodAutoscaler/.test(await events()));
  await cluster.client.for(horizontalPodAutoscalers, 'default').patch('first', { type: 'merge', body: { metadata: { labels: { changed: 'yes' } } } });
  await cluster.kubectl('create -f -', JSON.stringify({ ...first, metadata: { name: 'second' } }));
  await eventually(async () => (await events()).includes('horizontalpodautoscaler/second'));
  expect((await events()).match(/horizontalpodautoscaler\/first /g)).toHaveLength(1);
});
