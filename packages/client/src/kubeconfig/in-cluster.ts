import { access, readFile } from 'node:fs/promises';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import type { ClientConfig } from './client-config';
import { KubeconfigError } from './kubeconfig';

export interface InClusterOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where the kubelet mounts the service account. */
  readonly folder?: string;
}

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * The configuration of a process inside a pod: the service account's token, re-read as it changes, and the address that the
 * kubelet put into the environment (rest.InClusterConfig).
 *
 * @throws KubeconfigError outside of a pod.
 */
export async function inClusterConfig(options: InClusterOptions = {}): Promise<ClientConfig> {
  const { env = process.env, folder = SERVICE_ACCOUNT } = options;
  const host = env['KUBERNETES_SERVICE_HOST'];
  const port = env['KUBERNETES_SERVICE_PORT'];
  if (!host || !port) {
    const needed = 'KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT must be defined';
    throw new KubeconfigError(`unable to load in-cluster configuration, ${needed}`);
  }
  const token = join(folder, 'token');
  const ca = join(folder, 'ca.crt');
  await access(token).catch((error: unknown) => {
    throw new KubeconfigError(`open ${token}: no such file or directory`, { cause: error });
  });
  const hasCa = await access(ca).then(
    () => true,
    () => false,
  );
  const namespace = await readFile(join(folder, 'namespace'), 'utf8').catch(() => '');
  return {
    server: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`,
    namespace: namespace.trim() || 'default',
    tls: { insecure: false, ...(hasCa && { ca: { file: ca } }) },
    auth: { type: 'token-file', file: token },
  };
}
