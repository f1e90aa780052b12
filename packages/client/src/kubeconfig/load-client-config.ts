import type { ClientConfig } from './client-config';
import { inClusterConfig } from './in-cluster';
import { loadKubeconfig, type LoadOptions } from './load';
import { type KubeconfigOverrides, resolveKubeconfig } from './resolve';

/**
 * The configuration of a component: the file of its `--kubeconfig` flag, else what `KUBECONFIG` or `~/.kube/config` say, else,
 * where those say nothing, that of the pod it runs in.
 *
 * @throws KubeconfigError where there is none or it is not valid.
 */
export async function loadClientConfig(options: LoadOptions & { overrides?: KubeconfigOverrides } = {}): Promise<ClientConfig> {
  const { overrides = {}, path, env = process.env } = options;
  const config = await loadKubeconfig({ env, ...(path && { path }) });
  const isEmpty = config.clusters.size === 0 && config.contexts.size === 0 && !overrides.server;
  if (isEmpty && !path && env['KUBERNETES_SERVICE_HOST']) return inClusterConfig({ env });
  return resolveKubeconfig(config, overrides);
}
