import { persistentVolumeClaims, pods } from '@typekube/client';
import { eventually } from '@typekube/client/testing';
import { TestCluster } from '../testing/test-cluster';
import { planEphemeralClaims } from './plan-claims';

const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
const pod = {
  apiVersion: 'v1' as const,
  kind: 'Pod' as const,
  metadata: { name: 'user', namespace: 'default', uid: 'u' },
  spec: {
    containers: [{ name: 'c', image: 'i' }],
    volumes: [{ name: 'scratch', ephemeral: { volumeClaimTemplate: { metadata: { labels: { a: 'b' } }, spec } } }, { name: 'other', emptyDir: {} }],
  },
};

it('plans a claim for each ephemeral volume, owned by the pod, and none for a pod that is going', () => {
  const owner = { apiVersion: 'v1', kind: 'Pod', name: 'user', uid: 'u', controller: true, blockOwnerDeletion: true };
  expect(planEphemeralClaims(pod)).toEqual([
    { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'user-scratch', namespace: 'default', labels: { a: 'b' }, ownerReferences: [owner] }, spec },
  ]);
  expect(planEphemeralClaims({ ...pod, metadata: { ...pod.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } })).toEqual([]);
});

it('makes the claims of a pod, again where they are deleted, and has them go with it', async () => {
  await using cluster = await TestCluster.start(['--controllers=ephemeral-volume-controller,garbage-collector-controller,persistentvolumeclaim-protection-controller']);
  // Without a node the pod does not use its claims yet: they may be deleted.
  cluster.kubelet[Symbol.dispose]();
  const { uid: _, ...metadata } = pod.metadata;
  await cluster.kubectl('create -f -', JSON.stringify({ ...pod, metadata }));
  const claims = async () => (await cluster.client.for(persistentVolumeClaims, 'default').list()).items;
  await eventually(async () => (await claims()).some(({ metadata: { name } }) => name === 'user-scratch'));
  const [first] = await claims();
  await cluster.client.for(persistentVolumeClaims, 'default').delete('user-scratch');
  await eventually(async () => (await claims()).some(({ metadata: { uid } }) => uid !== first?.metadata.uid));
  await cluster.client.for(pods, 'default').delete('user', { gracePeriodSeconds: 0 });
  await eventually(async () => (await claims()).length === 0);
});
