import type { ObjectMeta } from '@typekube/apimachinery';
import type { corev1 } from '@typekube/api';
import { persistentVolumeClaims, persistentVolumes, pods } from '@typekube/client';
import { eventually } from '@typekube/client/testing';
import { TestCluster } from '../testing/test-cluster';
import { claimsUsedBy } from './claims-of-pod';
import { planFinalizers } from './plan-finalizers';

const GONE = '2026-01-01T00:00:00Z';

it.each<[string, ObjectMeta, boolean, string[] | undefined]>([
  ['a new object is held', {}, false, ['a']],
  ['beside what others hold it by', { finalizers: ['x'] }, false, ['x', 'a']],
  ['one that is held stays so', { finalizers: ['a'] }, false, undefined],
  ['one that is deleted is kept while it is used', { finalizers: ['a'], deletionTimestamp: GONE }, true, undefined],
  ['and then let go, of us alone', { finalizers: ['a', 'x'], deletionTimestamp: GONE }, false, ['x']],
  ['one that is deleted is not held anew', { deletionTimestamp: GONE }, true, undefined],
])('%s', (_, metadata, isUsed, expected) => {
  expect(planFinalizers(metadata, 'a', isUsed)).toEqual(expected);
});

it('a pod uses the claims it names, and those made for it, once it has a node', () => {
  const volumes: corev1.Volume[] = [{ name: 'v', persistentVolumeClaim: { claimName: 'c' } }, { name: 'e', ephemeral: {} }, { name: 'o', emptyDir: {} }];
  const pod = (nodeName?: string): corev1.Pod => ({
    apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'n' }, spec: { containers: [], volumes, ...(nodeName && { nodeName }) },
  });
  expect(claimsUsedBy(pod())).toEqual([]);
  expect(claimsUsedBy(pod('node'))).toEqual(['n/c', 'n/p-e']);
});

it('a claim that is deleted stays while a pod uses it, a volume while it is bound', async () => {
  // What binds claims to volumes has a say about their phase, too.
  await using cluster = await TestCluster.start(['--controllers=*,-persistentvolume-binder-controller']);
  const { client } = cluster;
  await cluster.kubectl('create -f -', JSON.stringify({
    apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  }));
  await cluster.kubectl('create -f -', JSON.stringify({
    apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'disk' },
    spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, hostPath: { path: '/nowhere' } },
  }));
  await cluster.kubectl('create -f -', JSON.stringify({
    apiVersion: 'v1', kind: 'Pod', metadata: { name: 'user' },
    spec: { nodeName: 'n', containers: [{ name: 'c', image: 'i' }], volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }] },
  }));
  const volume = await client.for(persistentVolumes).get('disk');
  await client.for(persistentVolumes).updateStatus({ ...volume, status: { phase: 'Bound' } });
  await cluster.kubectl('delete pvc/data pv/disk --wait=false');
  const claim = await client.for(persistentVolumeClaims, 'default').get('data');
  expect(claim.metadata).toMatchObject({ finalizers: ['kubernetes.io/pvc-protection'], deletionTimestamp: expect.any(String) });
  await client.for(pods, 'default').delete('user', { gracePeriodSeconds: 0 });
  await eventually(async () => (await client.for(persistentVolumeClaims, 'default').list()).items.length === 0);
  const held = await client.for(persistentVolumes).get('disk');
  expect(held.metadata.finalizers).toEqual(['kubernetes.io/pv-protection']);
  await client.for(persistentVolumes).updateStatus({ ...held, status: { phase: 'Released' } });
  await eventually(async () => (await client.for(persistentVolumes).list()).items.length === 0);
});
