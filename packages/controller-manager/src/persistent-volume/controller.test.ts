import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { corev1 } from '@typekube/api';
import { persistentVolumeClaims, persistentVolumes, storageClasses } from '@typekube/client';
import { eventually } from '@typekube/client/testing';
import { TestCluster } from '../testing/test-cluster';
import { removeFolder } from './remove-folder';

jest.setTimeout(60_000);

const claim = (name: string, spec: Partial<corev1.PersistentVolumeClaimSpec> = {}): corev1.PersistentVolumeClaim => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name, namespace: 'default' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, storageClassName: '', ...spec },
});

const volume = (name: string, spec: Partial<corev1.PersistentVolumeSpec> = {}): corev1.PersistentVolume => ({
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name },
  spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, hostPath: { path: '/tmp/nowhere' }, ...spec },
});

describe('the volume binder', () => {
  let cluster: TestCluster;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync('/tmp/typekube-volume-');
    cluster = await TestCluster.start(['--controllers=persistentvolume-binder-controller,persistentvolume-protection-controller,persistentvolumeclaim-protection-controller']);
  });
  afterAll(async () => {
    await cluster[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  const phases = async (): Promise<string> => {
    const [claims, volumes] = await Promise.all([cluster.kubectl('get pvc -o name'), cluster.kubectl('get pv -o custom-columns=N:.metadata.name,P:.status.phase,C:.spec.claimRef.name --no-headers')]);
    return `${claims.split('\n').length} ${volumes.replaceAll(/ +/g, ' ')}`;
  };
  const phaseOf = (name: string): Promise<string> => cluster.kubectl(`get pvc ${name} -o jsonpath={.status.phase}`);
  const create = async (one: corev1.PersistentVolumeClaim | corev1.PersistentVolume): Promise<void> => void (await cluster.kubectl('create -f -', JSON.stringify(one)));

  it('binds claims to volumes, each to another, whichever comes first', async () => {
    await create(claim('early'));
    await eventually(async () => (await cluster.kubectl('get events --field-selector reason=FailedBinding')).includes('no persistent volumes available for this claim and no storage class is set'));
    await create(volume('one'));
    await create(volume('two'));
    await create(claim('late'));
    await eventually(async () => (await phaseOf('early')) === 'Bound' && (await phaseOf('late')) === 'Bound');
    const names = await cluster.kubectl('get pvc -o jsonpath={.items[*].spec.volumeName}');
    expect(names.split(' ').sort()).toEqual(['one', 'two']);
    expect(await cluster.kubectl('get pvc early -o jsonpath={.status.capacity.storage}{.status.accessModes}')).toBe('1Gi["ReadWriteOnce"]');
  });

  it('releases a volume whose claim is gone, gives it to nobody, and frees it when its reference is taken away', async () => {
    await cluster.kubectl('delete pvc early late');
    await eventually(async () => /one Released early\ntwo Released late|one Released late\ntwo Released early/.test(await phases()));
    await create(claim('next'));
    await eventually(async () => (await phaseOf('next')) === 'Pending');
    await cluster.client.for(persistentVolumes).patch('one', { type: 'merge', body: { spec: { claimRef: null } } });
    await eventually(async () => (await phaseOf('next')) === 'Bound');
    expect(await cluster.kubectl('get pvc next -o jsonpath={.spec.volumeName}')).toBe('one');
    await cluster.client.for(persistentVolumes).delete('two');
  });

  it('removes a folder below /tmp with its volume, and says what it does not remove', async () => {
    await create(volume('folder', { persistentVolumeReclaimPolicy: 'Delete', hostPath: { path: folder } }));
    await create(volume('etc', { persistentVolumeReclaimPolicy: 'Delete', hostPath: { path: '/etc' } }));
    await create(claim('a', { volumeName: 'folder' }));
    await create(claim('b', { volumeName: 'etc' }));
    await eventually(async () => (await phaseOf('a')) === 'Bound' && (await phaseOf('b')) === 'Bound');
    await cluster.kubectl('delete pvc a b');
    await eventually(async () => /etc Failed b/.test(await phases()) && !(await phases()).includes('folder'));
    expect(existsSync(folder)).toBe(false);
    expect(existsSync('/etc')).toBe(true);
    expect(await cluster.kubectl('get pv etc -o jsonpath={.status.message}')).toBe('host_path deleter only supports /tmp/.+ but received provided /etc');
    await cluster.client.for(persistentVolumes).delete('etc');
  });

  it('gives a claim without a class the default one, and calls its provisioner', async () => {
    const { storageClassName: _, ...spec } = claim('classless').spec ?? {};
    await create({ ...claim('classless'), spec });
    await eventually(async () => (await phaseOf('classless')) === 'Pending');
    await cluster.client.for(storageClasses).create({
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: 'fast', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
      provisioner: 'example.com/disk',
    });
    const classless = () => cluster.client.for(persistentVolumeClaims, 'default').get('classless');
    await eventually(async () => (await classless()).metadata.annotations?.['volume.kubernetes.io/storage-provisioner'] === 'example.com/disk');
    expect((await classless()).spec?.storageClassName).toBe('fast');
    const made = { ...volume('made', { storageClassName: 'fast', claimRef: { namespace: 'default', name: 'classless' } }) };
    await create(made);
    await eventually(async () => (await phaseOf('classless')) === 'Bound');
  });

  it('says that the data of a claim are lost with its volume', async () => {
    await cluster.client.for(persistentVolumes).patch('made', { type: 'merge', body: { metadata: { finalizers: null } } });
    await cluster.client.for(persistentVolumes).delete('made');
    await cluster.client.for(persistentVolumes).patch('made', { type: 'merge', body: { metadata: { finalizers: null } } }).catch(() => undefined);
    await eventually(async () => (await phaseOf('classless')) === 'Lost');
    expect(await cluster.kubectl('get events --field-selector reason=ClaimLost')).toContain('Bound claim has lost its PersistentVolume. Data on the volume is lost!');
  });
});

it('removes nothing through a link out of /tmp', async () => {
  const folder = mkdtempSync('/tmp/typekube-link-');
  try {
    symlinkSync('/etc', join(folder, 'out'));
    await expect(removeFolder(join(folder, 'out', 'hostname'))).rejects.toThrow('leads out of /tmp');
    await removeFolder(join(folder, 'none', 'such'));
    await removeFolder(join(folder, 'out'));
    expect(existsSync('/etc/hostname')).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
