import { decodeObject } from '@typekube/apimachinery';
import { getSchema } from './get-schema';

it.each<[string, object, object]>([
  ['core.v1.PodSpec', { hostNetwork: false, hostname: '', priority: 0, hostUsers: false }, { priority: 0, hostUsers: false }],
  ['core.v1.Container', { name: 'c', tty: false, workingDir: '' }, { name: 'c' }],
  ['core.v1.EphemeralContainer', { name: 'c', stdin: false, targetContainerName: '' }, { name: 'c' }],
  ['core.v1.PersistentVolumeClaimSpec', { storageClassName: '', volumeName: '' }, { storageClassName: '' }],
  ['apps.v1.DeploymentSpec', { replicas: 0, paused: false, minReadySeconds: 0 }, { replicas: 0 }],
  ['core.v1.SecretVolumeSource', { secretName: '', optional: false }, { optional: false }],
])('%s keeps zero values behind pointers only', (name, given, kept) => {
  const { value } = decodeObject(getSchema(`io.k8s.api.${name}`), { ...given });
  const left = Object.fromEntries(Object.entries(value as object).filter(([field]) => field in given));
  expect(left).toEqual(kept);
});
