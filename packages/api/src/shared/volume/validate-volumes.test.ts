import { FieldPath } from '@typekube/apimachinery';
import { messagesOf } from '../../testing/workloads';
import type { corev1 } from '../../types';
import { validateVolumes } from './validate-volumes';

const problems = (...volumes: corev1.Volume[]): string[] =>
  messagesOf(validateVolumes(volumes, FieldPath.of('v'), { resourceIsPod: true, podName: 'web' }));

describe('validateVolumes', () => {
  it.each<[corev1.Volume]>([
    [{ name: 'a', emptyDir: {} }],
    [{ name: 'a', hostPath: { path: '/x', type: 'Directory' } }],
    [{ name: 'a', secret: { secretName: 's', defaultMode: 0o400, items: [{ key: 'k', path: 'p/q' }] } }],
    [{ name: 'a', csi: { driver: 'Secrets-Store.csi.k8s.io' } }],
    [{ name: 'a', downwardAPI: { items: [{ path: 'l', fieldRef: { apiVersion: 'v1', fieldPath: "metadata.labels['app']" } }] } }],
    [
      {
        name: 'a',
        ephemeral: {
          volumeClaimTemplate: { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } },
        },
      },
    ],
  ])('takes %j', (volume) => {
    expect(problems(volume)).toEqual([]);
  });

  it.each<[corev1.Volume, string[]]>([
    [{ name: 'a' }, ['v[0]: Required value: must specify a volume type']],
    [{ name: '', emptyDir: {} }, ['v[0].name: Required value']],
    [{ name: 'a', emptyDir: {}, hostPath: { path: '/' } }, ['v[0].hostPath: Forbidden: may not specify more than 1 volume type']],
    [
      { name: 'a', emptyDir: { sizeLimit: '-1' } },
      ['v[0].emptyDir.sizeLimit: Forbidden: SizeLimit field must be a valid resource quantity'],
    ],
    [{ name: 'a', hostPath: { path: '/a/../b' } }, ['v[0].hostPath.path: Invalid value: "/a/../b": must not contain \'..\'']],
    [
      { name: 'a', hostPath: { path: '/', type: 'X' } },
      [
        'v[0].hostPath.type: Unsupported value: "X": supported values: "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"',
      ],
    ],
    [
      { name: 'a', secret: { defaultMode: 512 } },
      [
        'v[0].secret.secretName: Required value',
        'v[0].secret.defaultMode: Invalid value: 512: must be a number between 0 and 0777 (octal), both inclusive',
      ],
    ],
    [
      { name: 'a', configMap: { name: 'c', items: [{ key: 'k', path: '/x' }] } },
      ['v[0].configMap.items[0].path: Invalid value: "/x": must be a relative path'],
    ],
    [
      { name: 'a', configMap: { name: 'c', items: [{ key: 'k', path: '..x' }] } },
      ['v[0].configMap.items[0].path: Invalid value: "..x": must not start with \'..\''],
    ],
    [{ name: 'a', persistentVolumeClaim: { claimName: '' } }, ['v[0].persistentVolumeClaim.claimName: Required value']],
    [{ name: 'a', nfs: { server: 's', path: 'x' } }, ['v[0].nfs.path: Invalid value: "x": must be an absolute path']],
    [
      { name: 'a', iscsi: { targetPortal: 't', iqn: 'x', lun: 300 } },
      [
        'v[0].iscsi.iqn: Invalid value: "x": must be valid format starting with iqn, eui, or naa',
        'v[0].iscsi.lun: Invalid value: 300: must be between 0 and 255, inclusive',
      ],
    ],
    [
      { name: 'a', flexVolume: { driver: 'd', options: { 'x.k8s.io/a': 'b' } } },
      ['v[0].flexVolume.options[x.k8s.io/a]: Invalid value: "x.k8s.io/a": kubernetes.io and k8s.io namespaces are reserved'],
    ],
    [
      { name: 'a', projected: { sources: [{ serviceAccountToken: { path: 't', expirationSeconds: 1 } }] } },
      [
        'v[0].projected.sources[0].serviceAccountToken.expirationSeconds: Invalid value: 1: may not specify a duration less than 10 minutes',
      ],
    ],
    [
      {
        name: 'a',
        projected: {
          sources: [
            { secret: { name: 's', items: [{ key: 'k', path: 'p' }] } },
            { configMap: { name: 'c', items: [{ key: 'k', path: 'p' }] } },
          ],
        },
      },
      ['v[0].projected: Invalid value: "c": conflicting duplicate paths'],
    ],
    [
      { name: 'a', ephemeral: { volumeClaimTemplate: { spec: {} } } },
      [
        'v[0].ephemeral.volumeClaimTemplate.spec.accessModes: Required value: at least 1 access mode is required',
        'v[0].ephemeral.volumeClaimTemplate.spec.resources[storage]: Required value',
      ],
    ],
    [{ name: 'a', image: { pullPolicy: 'Always' } }, ['v[0].image.reference: Required value']],
  ])('refuses %j', (volume, expected) => {
    expect(problems(volume)).toEqual(expected);
  });

  it('refuses a name twice', () => {
    expect(problems({ name: 'a', emptyDir: {} }, { name: 'a', emptyDir: {} })).toEqual(['v[1].name: Duplicate value: "a"']);
  });
});
