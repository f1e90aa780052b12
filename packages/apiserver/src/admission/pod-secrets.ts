import type { corev1 } from '@typekube/api';
import { containersOf } from './pods';

const ENFORCE_ANNOTATION = 'kubernetes.io/enforce-mountable-secrets';
const TRUE_TEXTS: ReadonlySet<string> = new Set(['1', 't', 'T', 'true', 'TRUE', 'True']);

/** Whether pods of the account may use only the secrets that it lists. */
export function isMountableEnforced({ metadata }: corev1.ServiceAccount): boolean {
  return TRUE_TEXTS.has(metadata.annotations?.[ENFORCE_ANNOTATION] ?? '');
}

/** The first secret that a pod uses though its account does not list it, as upstream words it. */
export function secretProblem(
  { spec }: { readonly spec: corev1.PodSpec },
  account: corev1.ServiceAccount,
  onlyEphemeral: boolean,
): string | undefined {
  const listed = new Set((account.secrets ?? []).map(({ name }) => name));
  const because = `is not allowed because service account ${account.metadata.name} does not reference that secret`;
  const ephemeral = containersProblem('ephemeral container', spec.ephemeralContainers, listed, because);
  if (onlyEphemeral) return ephemeral;
  const volume = spec.volumes?.find(({ secret }) => secret && !listed.has(secret.secretName));
  if (volume) return `volume with secret.secretName="${volume.secret?.secretName}" ${because}`;
  return (
    containersProblem('init container', spec.initContainers, listed, because) ??
    containersProblem('container', spec.containers, listed, because) ??
    pullSecretProblem(spec, account)
  );
}

type Container = corev1.Container | corev1.EphemeralContainer;

function containersProblem(
  what: string,
  containers: readonly Container[] | undefined,
  listed: ReadonlySet<string | undefined>,
  because: string,
): string | undefined {
  for (const { name, env = [], envFrom = [] } of containers ?? []) {
    for (const { name: variable, valueFrom } of env) {
      const secret = valueFrom?.secretKeyRef;
      if (secret && !listed.has(secret.name)) return `${what} ${name} with envVar ${variable} referencing secret.secretName="${secret.name ?? ''}" ${because}`;
    }
    for (const { secretRef } of envFrom) {
      if (secretRef && !listed.has(secretRef.name)) return `${what} ${name} with envFrom referencing secret.secretName="${secretRef.name ?? ''}" ${because}`;
    }
  }
  return undefined;
}

function pullSecretProblem({ imagePullSecrets = [] }: corev1.PodSpec, account: corev1.ServiceAccount): string | undefined {
  const listed = new Set((account.imagePullSecrets ?? []).map(({ name }) => name));
  const position = imagePullSecrets.findIndex(({ name }) => !listed.has(name));
  if (position < 0) return undefined;
  const name = imagePullSecrets[position]?.name ?? '';
  return `imagePullSecrets[${position}].name="${name}" is not allowed because service account ${account.metadata.name} does not reference that imagePullSecret`;
}

/** Whether the pod names any secret (podutil.VisitPodSecretNames). */
export function usesSecrets(spec: corev1.PodSpec): boolean {
  if (spec.imagePullSecrets?.length) return true;
  if (containersOf(spec).some((container) => envReferences(container).some(({ secret }) => secret))) return true;
  return Boolean(spec.volumes?.some(volumeUsesSecret));
}

/** Whether the pod names any config map (podutil.VisitPodConfigmapNames). */
export function usesConfigMaps(spec: corev1.PodSpec): boolean {
  if (containersOf(spec).some((container) => envReferences(container).some(({ configMap }) => configMap))) return true;
  return Boolean(spec.volumes?.some(({ configMap, projected }) => configMap ?? projected?.sources?.some((source) => source.configMap)));
}

interface Reference {
  readonly secret: boolean;
  readonly configMap: boolean;
}

function envReferences({ env = [], envFrom = [] }: Container): Reference[] {
  return [
    ...envFrom.map(({ secretRef, configMapRef }) => ({ secret: Boolean(secretRef), configMap: Boolean(configMapRef) })),
    ...env.map(({ valueFrom }) => ({ secret: Boolean(valueFrom?.secretKeyRef), configMap: Boolean(valueFrom?.configMapKeyRef) })),
  ];
}

function volumeUsesSecret(volume: corev1.Volume): boolean {
  const { azureFile, cephfs, csi, flexVolume, iscsi, projected, rbd, scaleIO, secret, storageos } = volume;
  return Boolean(
    secret ??
      azureFile ??
      cephfs?.secretRef ??
      flexVolume?.secretRef ??
      rbd?.secretRef ??
      scaleIO?.secretRef ??
      iscsi?.secretRef ??
      storageos?.secretRef ??
      csi?.nodePublishSecretRef ??
      projected?.sources?.find((source) => source.secret),
  );
}
