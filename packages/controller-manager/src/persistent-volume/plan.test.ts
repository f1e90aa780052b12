import type { corev1, storagev1 } from '@typekube/api';
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from '../shared/objects';
import { boundClaim, boundStatus, boundVolume, unboundStatus } from './bound-objects';
import { planClaim } from './plan-claim';
import { planReclaim, planVolume, unboundVolume } from './plan-volume';

const BY_CONTROLLER = { 'pv.kubernetes.io/bound-by-controller': 'yes' };
const COMPLETED = { 'pv.kubernetes.io/bind-completed': 'yes' };

function claim(spec: Partial<corev1.PersistentVolumeClaimSpec> = {}, annotations: Record<string, string> = {}): PersistentVolumeClaim {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data', namespace: 'ns', uid: 'c', resourceVersion: '7', annotations },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '5Gi' } }, storageClassName: '', ...spec },
  };
}

interface VolumeFields {
  readonly size?: string;
  readonly phase?: string;
  readonly annotations?: Record<string, string>;
  readonly labels?: Record<string, string>;
  readonly gone?: true;
}

function volume(name: string, spec: Partial<corev1.PersistentVolumeSpec> = {}, fields: VolumeFields = {}): PersistentVolume {
  const { size = '5Gi', phase = 'Available', annotations = {}, labels = {}, gone } = fields;
  const metadata = { name, uid: name, annotations, labels, ...(gone && { deletionTimestamp: '2026-01-01T00:00:00Z' }) };
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata,
    spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: size }, hostPath: { path: '/tmp/x' }, ...spec },
    status: { phase },
  };
}

const storageClass = (name: string, rest: Partial<storagev1.StorageClass> = {}): StorageClass => ({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name },
  provisioner: 'example.com/disk',
  ...rest,
});

const CLASSES = [
  storageClass('now'),
  storageClass('later', { volumeBindingMode: 'WaitForFirstConsumer' }),
  storageClass('static', { provisioner: 'kubernetes.io/no-provisioner' }),
];
const ours = { namespace: 'ns', name: 'data', uid: 'c' };
const others = { namespace: 'ns', name: 'other', uid: 'o' };

function next(of: PersistentVolumeClaim, volumes: readonly PersistentVolume[]): string {
  const step = planClaim(of, {
    volume: (name) => volumes.find(({ metadata }) => metadata.name === name),
    volumes: () => volumes,
    storageClass: (name) => CLASSES.find(({ metadata }) => metadata.name === name),
  });
  switch (step.do) {
    case 'bind':
      return `bind ${step.volume.metadata.name}`;
    case 'wait':
      return step.event ? `${step.event.reason}: ${step.event.message}` : 'wait';
    case 'provision':
      return `provision by ${step.provisioner}`;
    case 'lose':
      return step.event.reason;
  }
}

const NONE = 'FailedBinding: no persistent volumes available for this claim and no storage class is set';

it.each<[string, PersistentVolumeClaim, PersistentVolume[], string]>([
  ['the smallest that is large enough', claim(), [volume('s', {}, { size: '1Gi' }), volume('l', {}, { size: '9Gi' }), volume('m', {}, { size: '6Gi' })], 'bind m'],
  ['one with no more modes than it needs, before a smaller one', claim(), [volume('many', { accessModes: ['ReadWriteOnce', 'ReadWriteMany'] }), volume('one', {}, { size: '9Gi' })], 'bind one'],
  ['one with all the modes', claim({ accessModes: ['ReadWriteMany'] }), [volume('v')], NONE],
  ['what its selector says', claim({ selector: { matchLabels: { tier: 'a' } } }), [volume('b', {}, { labels: { tier: 'b' } }), volume('a', {}, { labels: { tier: 'a' } })], 'bind a'],
  ['one of its class', claim({ storageClassName: 'now' }), [volume('v'), volume('n', { storageClassName: 'now' })], 'bind n'],
  ['one of its mode', claim({ volumeMode: 'Block' }), [volume('v')], NONE],
  ['none that is being deleted', claim(), [volume('v', {}, { gone: true })], NONE],
  ['none that is not available yet', claim(), [volume('v', {}, { phase: 'Pending' })], NONE],
  ['none of another claim', claim(), [volume('v', { claimRef: others })], NONE],
  ['the one that is kept for it, whatever else there is', claim(), [volume('v'), volume('kept', { claimRef: { namespace: 'ns', name: 'data' } }, { size: '9Gi' })], 'bind kept'],
  ['not one that was kept for one of its name', claim(), [volume('v', { claimRef: { ...ours, uid: 'old' } })], NONE],
  ['a new one', claim({ storageClassName: 'now' }), [], 'provision by example.com/disk'],
  ['a class that is not there', claim({ storageClassName: 'none' }), [], 'ProvisioningFailed: storageclass.storage.k8s.io "none" not found'],
  ['a class without a provisioner', claim({ storageClassName: 'static' }), [], 'ProvisioningFailed: no volume plugin matched name: kubernetes.io/no-provisioner'],
  ['its first consumer', claim({ storageClassName: 'later' }), [volume('v', { storageClassName: 'later' })], 'WaitForFirstConsumer: waiting for first consumer to be created before binding'],
  ['the volume that the scheduler has kept for it', claim({ storageClassName: 'later' }), [volume('v', { storageClassName: 'later', claimRef: ours })], 'bind v'],
  ['a volume for the node that was chosen', claim({ storageClassName: 'later' }, { 'volume.kubernetes.io/selected-node': 'n' }), [], 'provision by example.com/disk'],
  ['a volume by name', claim({ volumeName: 'v' }), [volume('v')], 'bind v'],
  ['a volume by name that is not there', claim({ volumeName: 'v' }), [], 'wait'],
  ['a volume by name that is too small', claim({ volumeName: 'v' }), [volume('v', {}, { size: '1Gi' })], 'VolumeMismatch: Cannot bind to requested volume "v": requested PV is too small'],
  ['a volume by name that another has', claim({ volumeName: 'v' }), [volume('v', { claimRef: others })], 'FailedBinding: volume "v" already bound to a different claim.'],
  ['what it has', claim({ volumeName: 'v' }, COMPLETED), [volume('v', { claimRef: ours })], 'bind v'],
  ['what it had', claim({ volumeName: 'v' }, COMPLETED), [], 'ClaimLost'],
  ['its volume, whose name was taken from it', claim({}, COMPLETED), [volume('v')], 'ClaimLost'],
  ['what another has', claim({ volumeName: 'v' }, COMPLETED), [volume('v', { claimRef: others })], 'ClaimMisbound'],
])('a claim gets %s', (_, of, volumes, expected) => {
  expect(next(of, volumes)).toBe(expected);
});

it.each<[string, PersistentVolume, PersistentVolumeClaim | undefined, string]>([
  ['nobody wants is available', volume('v'), undefined, 'setPhase Available'],
  ['is kept for a claim is available', volume('v', { claimRef: { namespace: 'ns', name: 'data' } }), claim(), 'setPhase Available'],
  ['has its claim is bound', volume('v', { claimRef: ours }), claim({ volumeName: 'v' }), 'setPhase Bound'],
  ['waits for its claim is left alone', volume('v', { claimRef: ours }), claim(), 'nothing'],
  ['has lost its claim is released', volume('v', { claimRef: ours }), undefined, 'release'],
  ['has lost its claim to another of that name is released', volume('v', { claimRef: { ...ours, uid: 'old' } }), claim({ volumeName: 'v' }), 'release'],
  ['was not chosen after all is free again', volume('v', { claimRef: ours }), claim({ volumeName: 'w' }), 'unbind'],
  ['was made for nothing is released', volume('v', { claimRef: ours, persistentVolumeReclaimPolicy: 'Delete' }, { annotations: { 'pv.kubernetes.io/provisioned-by': 'x' } }), claim({ volumeName: 'w' }), 'release'],
])('a volume that %s', (_, of, its, expected) => {
  const step = planVolume(of, its);
  expect(step.do === 'setPhase' ? `setPhase ${step.phase}` : step.do).toBe(expected);
});

it.each<[string, Partial<corev1.PersistentVolumeSpec>, Record<string, string>, unknown]>([
  ['kept', { persistentVolumeReclaimPolicy: 'Retain' }, {}, { do: 'keep' }],
  ['removed', { persistentVolumeReclaimPolicy: 'Delete', hostPath: { path: '/tmp/a/./b' } }, {}, { do: 'removeFolder', path: '/tmp/a/b' }],
  ['not removed with the folder around it', { persistentVolumeReclaimPolicy: 'Delete', hostPath: { path: '/tmp/.' } }, {}, { do: 'fail', reason: 'VolumeFailedDelete', message: 'host_path deleter only supports /tmp/.+ but received provided /tmp/.' }],
  ['not removed elsewhere', { persistentVolumeReclaimPolicy: 'Delete', hostPath: { path: '/tmp/../etc' } }, {}, { do: 'fail', reason: 'VolumeFailedDelete', message: 'host_path deleter only supports /tmp/.+ but received provided /tmp/../etc' }],
  ['left to who made it', { persistentVolumeReclaimPolicy: 'Delete', hostPath: undefined!, local: { path: '/x' } }, { 'pv.kubernetes.io/provisioned-by': 'x' }, { do: 'keep' }],
  ['nobody\'s to delete', { persistentVolumeReclaimPolicy: 'Delete', hostPath: undefined!, local: { path: '/x' } }, {}, { do: 'fail', reason: 'VolumeFailedDelete', message: 'error getting deleter volume plugin for volume "v": no deletable volume plugin matched' }],
  ['not recycled', { persistentVolumeReclaimPolicy: 'Recycle' }, {}, { do: 'fail', reason: 'VolumeFailedRecycle', message: 'No recycler plugin found for the volume!' }],
])('a volume that is given back is %s', (_, spec, annotations, expected) => {
  expect(planReclaim(volume('v', spec, { annotations }))).toEqual(expected);
});

describe('the two sides of a binding', () => {
  it('name each other, and the controller says that it chose', () => {
    const bound = boundVolume(volume('v'), claim());
    expect(bound).toMatchObject({ metadata: { annotations: BY_CONTROLLER }, spec: { claimRef: { ...ours, kind: 'PersistentVolumeClaim', apiVersion: 'v1' } } });
    expect(boundClaim(claim(), volume('v'))).toMatchObject({ metadata: { annotations: { ...BY_CONTROLLER, ...COMPLETED } }, spec: { volumeName: 'v' } });
  });

  it('that a user chose do not', () => {
    const bound = boundVolume(volume('v', { claimRef: { namespace: 'ns', name: 'data' } }), claim());
    expect(bound?.spec?.claimRef?.uid).toBe('c');
    expect(bound?.metadata.annotations).toEqual({});
    expect(boundClaim(claim({ volumeName: 'v' }), volume('v'))?.metadata.annotations).toEqual(COMPLETED);
  });

  it('are written once', () => {
    const status = { phase: 'Bound', accessModes: ['ReadWriteOnce'], capacity: { storage: '5Gi' } };
    expect(boundVolume(volume('v', { claimRef: ours }), claim())).toBeUndefined();
    expect(boundClaim(claim({ volumeName: 'v' }, COMPLETED), volume('v'))).toBeUndefined();
    expect(boundStatus(claim(), volume('v'))).toEqual(status);
    expect(boundStatus({ ...claim(), status }, volume('v', {}, { size: '9Gi' }))).toBeUndefined();
    expect(unboundStatus({ ...claim(), status }, 'Lost')).toEqual({ phase: 'Lost' });
    expect(unboundStatus({ ...claim(), status: { phase: 'Lost' } }, 'Lost')).toBeUndefined();
  });

  it('part: what the controller chose is free again, what a user chose stays kept', () => {
    expect(unboundVolume(volume('v', { claimRef: ours }, { annotations: BY_CONTROLLER }))).toEqual(volume('v'));
    expect(unboundVolume(volume('v', { claimRef: ours })).spec?.claimRef).toEqual({ namespace: 'ns', name: 'data' });
  });
});
