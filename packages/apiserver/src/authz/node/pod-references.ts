import type { corev1 } from '@typekube/api';

/** The names, in its own namespace, of what a pod uses. */
export interface PodReferences {
  readonly secrets: ReadonlySet<string>;
  readonly configMaps: ReadonlySet<string>;
  readonly claims: ReadonlySet<string>;
  readonly resourceClaims: ReadonlySet<string>;
  readonly serviceAccount: string | undefined;
}

const MIRROR = 'kubernetes.io/config.mirror';
const NOTHING: PodReferences = {
  secrets: new Set(),
  configMaps: new Set(),
  claims: new Set(),
  resourceClaims: new Set(),
  serviceAccount: undefined,
};

/** What the kubelet of a pod needs for it. A mirror pod, which a kubelet makes itself, opens nothing. */
export function podReferences(pod: corev1.Pod): PodReferences {
  if (pod.metadata.annotations?.[MIRROR] !== undefined) return NOTHING;
  const { spec } = pod;
  const containers = [...(spec?.initContainers ?? []), ...(spec?.containers ?? []), ...(spec?.ephemeralContainers ?? [])];
  const sources = containers.map(environmentSources);
  const volumes = spec?.volumes ?? [];
  return {
    secrets: names([
      ...(spec?.imagePullSecrets ?? []).map(({ name }) => name),
      ...sources.flatMap(({ secrets }) => secrets),
      ...volumes.flatMap(volumeSecrets),
    ]),
    configMaps: names([...sources.flatMap(({ configMaps }) => configMaps), ...volumes.flatMap(volumeConfigMaps)]),
    claims: names(volumes.map((volume) => claimOf(pod, volume))),
    resourceClaims: names(resourceClaims(pod)),
    serviceAccount: spec?.serviceAccountName,
  };
}

type Name = string | undefined;

function names(all: readonly Name[]): ReadonlySet<string> {
  return new Set(all.filter((name): name is string => name !== undefined && name !== ''));
}

function environmentSources({ env = [], envFrom = [] }: Pick<corev1.Container, 'env' | 'envFrom'>): { secrets: Name[]; configMaps: Name[] } {
  return {
    secrets: [...env.map(({ valueFrom }) => valueFrom?.secretKeyRef?.name), ...envFrom.map(({ secretRef }) => secretRef?.name)],
    configMaps: [...env.map(({ valueFrom }) => valueFrom?.configMapKeyRef?.name), ...envFrom.map(({ configMapRef }) => configMapRef?.name)],
  };
}

function volumeSecrets(volume: corev1.Volume): Name[] {
  return [
    volume.secret?.secretName,
    volume.azureFile?.secretName,
    volume.cephfs?.secretRef?.name,
    volume.cinder?.secretRef?.name,
    volume.csi?.nodePublishSecretRef?.name,
    volume.flexVolume?.secretRef?.name,
    volume.iscsi?.secretRef?.name,
    volume.rbd?.secretRef?.name,
    volume.scaleIO?.secretRef?.name,
    volume.storageos?.secretRef?.name,
    ...(volume.projected?.sources ?? []).map(({ secret }) => secret?.name),
  ];
}

function volumeConfigMaps({ configMap, projected }: corev1.Volume): Name[] {
  return [configMap?.name, ...(projected?.sources ?? []).map((source) => source.configMap?.name)];
}

/** The claim of an ephemeral volume is named after pod and volume. */
function claimOf({ metadata }: corev1.Pod, { name, persistentVolumeClaim, ephemeral }: corev1.Volume): Name {
  if (persistentVolumeClaim) return persistentVolumeClaim.claimName;
  return ephemeral && `${metadata.name}-${name}`;
}

/** A claim made from a template is named in the status, once it is made. */
function resourceClaims({ spec, status }: corev1.Pod): Name[] {
  const made = new Map((status?.resourceClaimStatuses ?? []).map(({ name, resourceClaimName }) => [name, resourceClaimName]));
  const claims = (spec?.resourceClaims ?? []).map(({ name, resourceClaimName }) => resourceClaimName ?? made.get(name));
  return [...claims, status?.extendedResourceClaimStatus?.resourceClaimName];
}
