import { podDisruptionBudgets, pods } from '@typekube/client';
import { eventually } from '@typekube/client/testing';
import { TestCluster } from '../testing/test-cluster';

describe('disruption budgets', () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await TestCluster.start();
  });
  afterAll(() => cluster[Symbol.asyncDispose]());

  const budgets = () => cluster.client.for(podDisruptionBudgets, 'default');
  const statusOf = async (name: string) => (await budgets().get(name)).status ?? {};
  const namesOf = async (app: string): Promise<string[]> => {
    const { items } = await cluster.client.for(pods, 'default').list({ labelSelector: `app=${app}` });
    return items.filter(({ metadata }) => !metadata.deletionTimestamp).map(({ metadata }) => metadata.name ?? '');
  };
  const evict = (name: string): Promise<unknown> => {
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace: 'default' } };
    return cluster.client.for(pods, 'default').createSubresource(name, 'eviction', eviction);
  };

  it('lets pods of a deployment go one by one, by what the deployment wants', async () => {
    const spec = { replicas: 3, selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'run' }] } } };
    await cluster.kubectl('create -f -', JSON.stringify({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec }));
    await cluster.kubectl('create poddisruptionbudget web --selector=app=web --max-unavailable=34%');
    await eventually(async () => (await statusOf('web')).disruptionsAllowed === 2);
    expect(await statusOf('web')).toMatchObject({ currentHealthy: 3, desiredHealthy: 1, expectedPods: 3, observedGeneration: 1, conditions: [{ type: 'DisruptionAllowed', status: 'True', reason: 'SufficientPods' }] });
    await cluster.kubectl('patch pdb web -p {"spec":{"maxUnavailable":1}}');
    await eventually(async () => (await statusOf('web')).observedGeneration === 2);
    const [first = '', second = ''] = await namesOf('web');
    // What comes instead does not become ready: so the second one has to stay.
    cluster.kubelet.broken = 'run';
    await evict(first);
    await expect(evict(second)).rejects.toMatchObject({ status: { code: 429 } });
    await eventually(async () => (await statusOf('web')).currentHealthy === 2);
    expect(await statusOf('web')).toMatchObject({ disruptionsAllowed: 0, conditions: [{ status: 'False', reason: 'InsufficientPods' }] });
    await eventually(async () => (await statusOf('web')).disruptedPods === undefined);
    cluster.kubelet.broken = 'broken';
  });

  it('says so where pods are nobody\'s, or of an owner without a scale', async () => {
    await cluster.kubectl('create poddisruptionbudget loose --selector=app=loose --max-unavailable=1');
    await cluster.kubectl('run loose --image=run --labels=app=loose');
    await eventually(async () => /UnmanagedPods +poddisruptionbudget\/loose +Pods selected by this PodDisruptionBudget \(selector: &LabelSelector{MatchLabels:map\[string\]string{app: loose,},/.test(await cluster.kubectl('get events')));
    await cluster.kubectl('create poddisruptionbudget work --selector=job-name=work --max-unavailable=1');
    await cluster.kubectl('create job work --image=run');
    await eventually(async () => (await statusOf('work')).conditions?.[0]?.reason === 'SyncFailed');
    expect(await statusOf('work')).toMatchObject({ disruptionsAllowed: 0, conditions: [{ message: 'jobs.batch does not implement the scale subresource' }] });
  });

  it('asks any other owner for its subresource scale', async () => {
    await cluster.kubectl('create deployment owner --image=run --replicas=4');
    const uid = await cluster.kubectl('get deployment owner -o jsonpath={.metadata.uid}');
    // Deployments have replica sets, not pods: this one is looked up as one of a custom kind would be.
    const ownerReferences = [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'owner', uid, controller: true }];
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'direct', labels: { app: 'direct' }, ownerReferences }, spec: { containers: [{ name: 'c', image: 'run' }] } };
    await cluster.kubectl('create -f -', JSON.stringify(pod));
    await cluster.kubectl('create poddisruptionbudget direct --selector=app=direct --min-available=50%');
    await eventually(async () => (await statusOf('direct')).expectedPods === 4);
    expect(await statusOf('direct')).toMatchObject({ desiredHealthy: 2 });
  });
});
