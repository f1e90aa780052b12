import { setTimeout as delay } from 'node:timers/promises';
import { simpleNameGenerator } from '@typekube/apimachinery';
import type { corev1 } from '@typekube/api';
import type { AdmissionAttributes, AdmissionPlugin } from '../admission';
import type { AdmissionDependencies } from '../dependencies';
import { forbidden } from '../forbidden';
import type { ObjectSource } from '../object-source';
import { isMirrorPod, isResource, podOf } from '../pods';
import { isMountableEnforced, secretProblem, usesSecrets } from '../pod-secrets';

type ServiceAccount = corev1.ServiceAccount;

const DEFAULT_NAME = 'default';
const VOLUME_PREFIX = 'kube-api-access-';
const MOUNT_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
/** An hour, and seven seconds by which the server tells tokens made for such a volume from others. */
const TOKEN_SECONDS = 60 * 60 + 7;
/** The account `default` comes a moment after its namespace: it is waited for, as upstream does. */
const DEFAULT_ATTEMPTS = 10;

/** Upstream's ServiceAccount: every pod runs as an account of its namespace, gets its token and its image pull secrets. */
export function serviceAccount({ objects }: Pick<AdmissionDependencies, 'objects'>): AdmissionPlugin {
  const accounts = objects<ServiceAccount>('', 'serviceaccounts');
  return {
    name: 'ServiceAccount',
    handles: ({ operation, resource, subresource }) =>
      isResource({ resource }, '', 'pods') &&
      ((operation === 'CREATE' && subresource === '') || (operation === 'UPDATE' && subresource === 'ephemeralcontainers')),
    admit(attributes) {
      const pod = podOf(attributes);
      if (attributes.operation !== 'CREATE' || isMirrorPod(pod)) return;
      pod.spec.serviceAccountName ||= DEFAULT_NAME;
      // Its old name comes by default wherever a pod is read in, so a pod without it would differ from itself in its next update.
      pod.spec.serviceAccount = pod.spec.serviceAccountName;
      return withAccount(attributes, accounts, (account) => complete(pod, account));
    },
    validate(attributes) {
      const pod = podOf(attributes);
      if (attributes.operation === 'CREATE' && isMirrorPod(pod)) return checkMirrorPod(attributes, pod);
      if (!pod.spec.serviceAccountName) {
        if (attributes.operation === 'UPDATE') return;
        throw forbidden(attributes, `no service account specified for pod ${attributes.namespace}/${pod.metadata.name ?? ''}`);
      }
      return withAccount(attributes, accounts, (account) => {
        if (!isMountableEnforced(account)) return;
        const problem = secretProblem(pod, account, attributes.subresource === 'ephemeralcontainers');
        if (problem) throw forbidden(attributes, problem);
      });
    },
  };
}

function withAccount(
  attributes: AdmissionAttributes,
  accounts: ObjectSource<ServiceAccount>,
  use: (account: ServiceAccount) => void,
): void | Promise<void> {
  const { namespace } = attributes;
  const { serviceAccountName = '' } = podOf(attributes).spec;
  const cached = accounts.get(namespace, serviceAccountName);
  return cached ? use(cached) : awaitAccount(attributes, accounts, serviceAccountName).then(use);
}

async function awaitAccount(
  attributes: AdmissionAttributes,
  accounts: ObjectSource<ServiceAccount>,
  name: string,
): Promise<ServiceAccount> {
  const { namespace } = attributes;
  const attempts = name === DEFAULT_NAME ? DEFAULT_ATTEMPTS : 1;
  const pauseMs = 100 + Math.random() * 100;
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    if (attempt > 1) await delay(pauseMs);
    const found = await accounts.find(namespace, name);
    if (found) return found;
  }
  throw forbidden(attributes, `error looking up service account ${namespace}/${name}: serviceaccount "${name}" not found`);
}

function complete(pod: corev1.Pod & { spec: corev1.PodSpec }, account: ServiceAccount): void {
  const { spec } = pod;
  if (spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true) mountToken(spec);
  if (!spec.imagePullSecrets?.length && account.imagePullSecrets?.length) {
    spec.imagePullSecrets = account.imagePullSecrets.map(({ name }) => ({ ...(name && { name }) }));
  }
}

/** Into every container that mounts nothing of its own in that place. */
function mountToken(spec: corev1.PodSpec): void {
  const present = spec.volumes?.find(({ name }) => name.startsWith(VOLUME_PREFIX));
  const name = present?.name ?? simpleNameGenerator(VOLUME_PREFIX);
  let isNeeded = false;
  for (const container of [...(spec.initContainers ?? []), ...(spec.containers ?? [])]) {
    if (container.volumeMounts?.some(({ mountPath }) => mountPath === MOUNT_PATH)) continue;
    container.volumeMounts = [...(container.volumeMounts ?? []), { name, readOnly: true, mountPath: MOUNT_PATH }];
    isNeeded = true;
  }
  if (isNeeded && !present) spec.volumes = [...(spec.volumes ?? []), { name, projected: tokenVolume() }];
}

function tokenVolume(): corev1.ProjectedVolumeSource {
  return {
    defaultMode: 0o644,
    sources: [
      { serviceAccountToken: { path: 'token', expirationSeconds: TOKEN_SECONDS } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      { downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
    ],
  };
}

/** What the kubelet runs from its own files must not reach into the cluster. */
function checkMirrorPod(attributes: AdmissionAttributes, pod: corev1.Pod & { spec: corev1.PodSpec }): void {
  if (pod.spec.serviceAccountName) throw forbidden(attributes, 'a mirror pod may not reference service accounts');
  if (usesSecrets(pod.spec)) throw forbidden(attributes, 'a mirror pod may not reference secrets');
  const sources = (pod.spec.volumes ?? []).flatMap(({ projected }) => projected?.sources ?? []);
  if (sources.some((source) => source.serviceAccountToken)) {
    throw forbidden(attributes, 'a mirror pod may not use ServiceAccountToken volume projections');
  }
}
