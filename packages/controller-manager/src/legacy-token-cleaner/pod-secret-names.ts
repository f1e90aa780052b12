import type { corev1 } from '@typekube/api';
import type { DeepReadonly } from '@typekube/client';

type PodSpec = DeepReadonly<NonNullable<corev1.Pod['spec']>>;
type Volume = NonNullable<PodSpec['volumes']>[number];

/** The names of all secrets that a pod uses (upstream's VisitPodSecretNames). */
export function podSecretNames({ spec }: DeepReadonly<corev1.Pod>): string[] {
  if (!spec) return [];
  const { containers, initContainers = [], ephemeralContainers = [], imagePullSecrets = [], volumes = [] } = spec;
  const names = [
    ...imagePullSecrets.map(({ name }) => name),
    ...[...initContainers, ...containers, ...ephemeralContainers].flatMap(({ env = [], envFrom = [] }) => [
      ...envFrom.map(({ secretRef }) => secretRef?.name),
      ...env.map(({ valueFrom }) => valueFrom?.secretKeyRef?.name),
    ]),
    ...volumes.flatMap(volumeSecretNames),
  ];
  return names.filter((name): name is string => Boolean(name));
}

function volumeSecretNames(volume: Volume): (string | undefined)[] {
  const { azureFile, cephfs, cinder, flexVolume, projected, rbd, secret, scaleIO, iscsi, storageos, csi } = volume;
  const references = [cephfs, cinder, flexVolume, rbd, scaleIO, iscsi, storageos].map((source) => source?.secretRef?.name);
  return [
    ...references,
    azureFile?.secretName,
    secret?.secretName,
    csi?.nodePublishSecretRef?.name,
    ...(projected?.sources ?? []).map((source) => source.secret?.name),
  ];
}
