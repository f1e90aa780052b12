import type { corev1 } from '@typekube/api';
import { type Client, persistentVolumeClaims, persistentVolumes } from '@typekube/client';
import { TestApiServer } from '@typekube/client/testing';
import { podOf } from '../testing/objects';
import { ClaimedVolumes, resolveVolume } from './claims';
import type { VolumeSources } from './volume';

const volumeWith = (spec: Partial<corev1.PersistentVolumeSpec>): corev1.PersistentVolume => ({
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name: 'disk' },
  spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, ...spec },
});

it.each<[string, Partial<corev1.PersistentVolumeSpec>, unknown]>([
  ['a folder of the node', { hostPath: { path: '/a' } }, { name: 'v', hostPath: { path: '/a' } }],
  ['a local volume', { local: { path: '/b' } }, { name: 'v', local: { path: '/b' } }],
  ['a block device', { volumeMode: 'Block', local: { path: '/b' } }, 'block volumes are not supported yet (persistent volume "disk")'],
  ['something else', { csi: { driver: 'd', volumeHandle: 'h' } }, 'persistent volumes other than hostPath and local ones are not supported yet ("disk")'],
])('a claim stands for %s', async (_, spec, expected) => {
  const none = (): Promise<never> => Promise.reject(new Error('not asked for'));
  const sources: VolumeSources = { configMap: none, secret: none, serviceAccountToken: none, claimedVolume: async () => volumeWith(spec) };
  const volume = { name: 'v', persistentVolumeClaim: { claimName: 'data', readOnly: true } };
  const found = await resolveVolume(podOf(['a']), volume, sources).catch((error: Error) => error.message);
  expect(found).toEqual(typeof expected === 'string' ? expected : { volume: expected, readOnly: true });
});

describe('the volume of a claim', () => {
  let server: TestApiServer;
  let client: Client;
  beforeAll(async () => {
    server = await TestApiServer.start();
    client = await server.client();
  });
  afterAll(() => server.stop());

  it('is there when both say that they are bound, and stays the pod\'s', async () => {
    const claims = client.for(persistentVolumeClaims, 'default');
    const volumes = new ClaimedVolumes(client);
    const get = (pod: string, ownerUid?: string): Promise<string> =>
      volumes.get({ namespace: 'default', name: 'data', ...(ownerUid !== undefined && { ownerUid }) }, pod).then(({ metadata }) => metadata.name ?? '', (error: Error) => error.message);
    expect(await get('p')).toBe('error processing PVC default/data: failed to fetch PVC from API server: persistentvolumeclaims "data" not found');
    const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, volumeName: 'disk', storageClassName: '' };
    const claim = await claims.create({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data' }, spec });
    expect(await get('p')).toBe('error processing PVC default/data: PVC is not bound');
    await claims.updateStatus({ ...claim, status: { phase: 'Bound' } });
    const made = await client.for(persistentVolumes).create(volumeWith({ hostPath: { path: '/a' } }));
    expect(await get('p')).toContain('which is not equal to pvcUID');
    const claimRef = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: 'default', name: 'data', uid: claim.metadata.uid ?? '' };
    await client.for(persistentVolumes).update({ ...made, spec: { ...made.spec, claimRef } });
    expect(await get('p')).toBe('disk');
    expect(await get('q', 'q')).toBe('error processing PVC default/data: PVC default/data was not created for the pod (pod is not owner)');
    await claims.delete('data');
    expect(await get('p')).toBe('disk');
    volumes.release('p');
    expect(await get('p')).toMatch(/PVC is being deleted|not found/);
  });
});
