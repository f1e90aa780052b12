import type { KubeObject } from '@typekube/apimachinery';
import { configMaps, namespaces, pods, replicaSets, type ResourceRef } from '@typekube/client';
import { eventually } from '@typekube/client/testing';
import { TestCluster } from '../testing/test-cluster';

const APPLICATION = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'app', image: 'app:1' }] } },
  },
};

describe('garbage and namespaces', () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await TestCluster.start();
  });
  afterAll(() => cluster[Symbol.asyncDispose]());

  const names = async (ref: ResourceRef<KubeObject>, namespace: string): Promise<string[]> => {
    const { items } = await cluster.client.for(ref, namespace).list({ labelSelector: 'app=web' });
    return items.map(({ metadata }) => metadata.name ?? '');
  };
  const deploy = async (namespace: string): Promise<void> => {
    await cluster.kubectl(`create namespace ${namespace}`);
    await cluster.kubectl(`apply -n ${namespace} -f -`, JSON.stringify(APPLICATION));
    await cluster.kubectl(`rollout status -n ${namespace} deployment/web --timeout=20s`);
  };

  it('deletes what a deleted deployment owned', async () => {
    await deploy('background');
    await cluster.kubectl('delete -n background deployment web');
    await eventually(async () => (await names(replicaSets, 'background')).length + (await names(pods, 'background')).length === 0);
  });

  it('deletes dependents first where that is asked for', async () => {
    await deploy('foreground');
    await cluster.kubectl('delete -n foreground deployment web --cascade=foreground --timeout=20s');
    expect(await names(pods, 'foreground')).toEqual([]);
    expect(await names(replicaSets, 'foreground')).toEqual([]);
  });

  it('frees dependents where that is asked for', async () => {
    await deploy('orphan');
    const [name = ''] = await names(replicaSets, 'orphan');
    await cluster.kubectl('delete -n orphan deployment web --cascade=orphan --timeout=20s');
    expect(await names(replicaSets, 'orphan')).toEqual([name]);
    const { metadata } = await cluster.client.for(replicaSets, 'orphan').get(name);
    expect(metadata.ownerReferences).toBeUndefined();
    expect(await names(pods, 'orphan')).toHaveLength(2);
  });

  it('deletes what names an owner that never was, and keeps what has another one', async () => {
    const make = (name: string, ownerReferences: object[]): string =>
      JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ownerReferences } });
    const gone = { apiVersion: 'v1', kind: 'ConfigMap', name: 'never', uid: 'a27f3a1c-0000-4000-8000-000000000000' };
    await cluster.kubectl('create configmap owner');
    const { metadata } = await cluster.client.for(configMaps, 'default').get('owner');
    const solid = { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: metadata.uid };
    await cluster.kubectl('create -f -', make('lost', [gone]));
    await cluster.kubectl('create -f -', make('kept', [gone, solid]));
    await eventually(async () => {
      const { items } = await cluster.client.for(configMaps, 'default').list();
      return !items.some((item) => item.metadata.name === 'lost');
    });
    await eventually(async () => {
      const kept = await cluster.client.for(configMaps, 'default').get('kept');
      return kept.metadata.ownerReferences?.length === 1;
    });
  });

  it('empties a namespace that is deleted, and lets it go', async () => {
    await deploy('doomed');
    await cluster.kubectl('create -n doomed configmap settings');
    await cluster.kubectl('delete namespace doomed --timeout=40s');
    await expect(cluster.client.for(namespaces).get('doomed')).rejects.toMatchObject({ reason: 'NotFound' });
  });

  it('says in a namespace what keeps it', async () => {
    await cluster.kubectl('create namespace held');
    const held = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'held', finalizers: ['example.com/hold'] } };
    await cluster.kubectl('create -n held -f -', JSON.stringify(held));
    await cluster.kubectl('delete namespace held --wait=false');
    await eventually(async () => {
      const { status } = await cluster.client.for(namespaces).get('held');
      const messages = status?.conditions?.map(({ message }) => message) ?? [];
      return messages.includes('Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances');
    });
    await cluster.client.for(configMaps, 'held').patch('held', { type: 'merge', body: { metadata: { finalizers: null } } });
    await cluster.kubectl('wait namespace held --for=delete --timeout=20s');
  });
});
