import { fieldErrorMessage } from '@typekube/apimachinery';
import type { corev1 } from '../../../types';
import { setDefaults } from './defaults';
import { statusStrategy, strategy } from './strategy';
import { validatePersistentVolume, validatePersistentVolumeUpdate } from './validate';
import { persistentVolumeWarnings } from './warnings';

type Spec = corev1.PersistentVolumeSpec;
const context = { user: { name: 'u', groups: [] }, now: new Date('2024-01-01T00:00:00.500Z') };

function volume(spec: Spec): corev1.PersistentVolume {
  const object: corev1.PersistentVolume = {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: 'a' },
    spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], ...spec },
  };
  setDefaults(object);
  return object;
}

const hostPath = { path: '/data' };
const affinity = (key: string): corev1.VolumeNodeAffinity => ({
  required: { nodeSelectorTerms: [{ matchExpressions: [{ key, operator: 'In', values: ['a'] }] }] },
});

describe('validatePersistentVolume', () => {
  it.each<[string, Spec, string[]]>([
    ['a good one', { hostPath }, []],
    ['a local one', { local: { path: '/mnt' }, nodeAffinity: affinity('kubernetes.io/hostname') }, []],
    [
      'a local one anywhere',
      { local: { path: '/mnt' } },
      ['spec.nodeAffinity: Required value: Local volume requires node affinity'],
    ],
    [
      'an affinity to nothing',
      { hostPath, nodeAffinity: {} },
      ['spec.nodeAffinity.required: Required value: must specify required node constraints'],
    ],
    ['no source', {}, ['spec: Required value: must specify a volume type']],
    [
      'two sources',
      { hostPath, nfs: { server: 's', path: '/' } },
      ['spec.nfs: Forbidden: may not specify more than 1 volume type'],
    ],
    [
      'no capacity',
      { hostPath, capacity: {} },
      ['spec.capacity: Required value', 'spec.capacity: Unsupported value: {}: supported values: "storage"'],
    ],
    [
      'empty capacity',
      { hostPath, capacity: { storage: '0' } },
      ['spec.capacity[storage]: Invalid value: "0": must be greater than zero'],
    ],
    ['no access mode', { hostPath, accessModes: [] }, ['spec.accessModes: Required value']],
    [
      'an unknown access mode',
      { hostPath, accessModes: ['Foo'] },
      [
        'spec.accessModes: Unsupported value: "Foo": supported values: ' +
          '"ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"',
      ],
    ],
    [
      'one pod and more',
      { hostPath, accessModes: ['ReadWriteOncePod', 'ReadWriteOnce'] },
      ['spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes'],
    ],
    [
      'an unknown reclaim policy',
      { hostPath, persistentVolumeReclaimPolicy: 'Foo' },
      ['spec.persistentVolumeReclaimPolicy: Unsupported value: "Foo": supported values: "Delete", "Recycle", "Retain"'],
    ],
    [
      'a recycled root',
      { hostPath: { path: '/x/..//' }, persistentVolumeReclaimPolicy: 'Recycle' },
      [
        'spec.hostPath.path: Invalid value: "/x/..//": must not contain \'..\'',
        "spec.persistentVolumeReclaimPolicy: Forbidden: may not be 'recycle' for a hostPath mount of '/'",
      ],
    ],
    ['a bad class', { hostPath, storageClassName: '_' }, [expect.stringContaining('spec.storageClassName: Invalid value: "_"')]],
    [
      'an attributes class without CSI',
      { hostPath, volumeAttributesClassName: 'a' },
      ['spec.csi: Required value: has to be specified when using volumeAttributesClassName'],
    ],
    ['CSI without handle', { csi: { driver: 'a.b', volumeHandle: '' } }, ['spec.csi.volumeHandle: Required value']],
    [
      'CSI with half a secret',
      { csi: { driver: 'a.b', volumeHandle: 'h', nodePublishSecretRef: { name: 's' } } },
      ['spec.csi.nodePublishSecretRef.namespace: Required value'],
    ],
  ])('of %s', (_, spec, errors) => {
    expect(validatePersistentVolume(volume(spec)).map(fieldErrorMessage)).toEqual(errors);
  });
});

describe('validatePersistentVolumeUpdate', () => {
  const csi = { driver: 'a.b', volumeHandle: 'h' };
  it.each<[string, Spec, Spec, string[]]>([
    ['nothing', { hostPath }, { hostPath }, []],
    [
      'the source',
      { hostPath },
      { hostPath: { path: '/other' } },
      [
        'spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation\n' +
          '  core.PersistentVolumeSource{\n- \thostPath: {"path":"/data","type":""},\n+ \thostPath: {"path":"/other","type":""},\n  }\n',
      ],
    ],
    ['a first expand secret', { csi }, { csi: { ...csi, controllerExpandSecretRef: { name: 's', namespace: 'n' } } }, []],
    ['the mode', { hostPath }, { hostPath, volumeMode: 'Block' }, ['volumeMode: Invalid value: "Block": field is immutable']],
    ['a first affinity', { hostPath }, { hostPath, nodeAffinity: affinity('a') }, []],
    [
      'a stable label for a beta one',
      { hostPath, nodeAffinity: affinity('beta.kubernetes.io/os') },
      { hostPath, nodeAffinity: affinity('kubernetes.io/os') },
      [],
    ],
    [
      'another affinity',
      { hostPath, nodeAffinity: affinity('a') },
      { hostPath, nodeAffinity: affinity('b') },
      [
        `nodeAffinity: Invalid value: ${JSON.stringify(affinity('b'))}: field is immutable, except for updating from beta label to GA`,
      ],
    ],
    [
      'no attributes class',
      { csi, volumeAttributesClassName: 'a' },
      { csi },
      ['spec.volumeAttributesClassName: Forbidden: update from non-nil value to nil is forbidden'],
    ],
  ])('of %s', (_, old, updated, errors) => {
    expect(validatePersistentVolumeUpdate(volume(updated), volume(old)).map(fieldErrorMessage)).toEqual(errors);
  });
});

describe('a volume that is written', () => {
  it('is kept in a file system by default', () => {
    expect(volume({ hostPath: { path: '/' } }).spec).toMatchObject({
      persistentVolumeReclaimPolicy: 'Retain',
      volumeMode: 'Filesystem',
      hostPath: { type: '' },
    });
  });

  it('is pending at first', () => {
    const object = { ...volume({ hostPath }), status: { phase: 'Bound' } };
    strategy.prepareForCreate?.(object, context);
    expect(object.status).toEqual({ phase: 'Pending', lastPhaseTransitionTime: '2024-01-01T00:00:00Z' });
  });

  it('has the time of its last change of phase', () => {
    const old = { ...volume({ hostPath }), status: { phase: 'Pending', lastPhaseTransitionTime: '2020-01-01T00:00:00Z' } };
    const same = { ...volume({ hostPath }), status: { phase: 'Pending' } };
    statusStrategy.prepareForUpdate?.(same, old, context);
    expect(same.status).toEqual(old.status);
    const bound = { ...volume({ hostPath }), status: { phase: 'Bound' } };
    statusStrategy.prepareForUpdate?.(bound, old, context);
    expect(bound.status).toEqual({ phase: 'Bound', lastPhaseTransitionTime: '2024-01-01T00:00:00Z' });
  });

  it('warns of what is old', () => {
    const object = volume({
      rbd: { monitors: ['m'], image: 'i' },
      persistentVolumeReclaimPolicy: 'Recycle',
      nodeAffinity: affinity('beta.kubernetes.io/os'),
    });
    expect(persistentVolumeWarnings(object)).toEqual([
      'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. ' +
        'Instead, the recommended approach is to use dynamic provisioning.',
      'spec.nodeAffinity.required.nodeSelectorTerms[0].matchExpressions[0].key: ' +
        'beta.kubernetes.io/os is deprecated since v1.14; use "kubernetes.io/os" instead',
      'spec.rbd: deprecated in v1.28, non-functional in v1.31+',
    ]);
  });
});
