import { join } from 'node:path';
import { defaultConfiguration, type KubeletConfiguration, loadConfiguration } from './configuration';
import { evictionWithFlags } from './eviction-flags';
import type { KubeletFlags } from './flags';
import { logRulesWithFlags } from './log-rules';

const DEFAULT_ROOT = '/var/lib/kubelet';
const DEFAULT_LOGS = '/var/log/pods';

/** The configuration of the file with the flags over it. Rejects as `loadConfiguration`. */
export async function configurationFromFlags({ kubelet, node, serving, pods, eviction, containerLogs }: KubeletFlags): Promise<KubeletConfiguration> {
  const file = kubelet.config ? await loadConfiguration(kubelet.config) : defaultConfiguration();
  const given: Partial<KubeletConfiguration> = {
    ...(kubelet.containerRuntimeEndpoint !== undefined && { containerRuntimeEndpoint: kubelet.containerRuntimeEndpoint }),
    ...(node.registerNode !== undefined && { registerNode: node.registerNode }),
    ...(node.maxPods !== undefined && { maxPods: node.maxPods }),
    ...(serving.address !== undefined && { address: serving.address }),
    ...(serving.port !== undefined && { port: serving.port }),
    authentication: authenticationOf(file, serving),
    authorization: authorizationOf(file, serving),
    eviction: evictionWithFlags(file.eviction, eviction),
    containerLogs: logRulesWithFlags(file.containerLogs, containerLogs),
    ...(serving.clientCaFile !== undefined && { clientCaFile: serving.clientCaFile }),
    ...(serving.tlsCertFile !== undefined && { tlsCertFile: serving.tlsCertFile }),
    ...(serving.tlsPrivateKeyFile !== undefined && { tlsPrivateKeyFile: serving.tlsPrivateKeyFile }),
    ...(pods.podManifestPath !== undefined && { staticPodPath: pods.podManifestPath }),
    ...(pods.fileCheckFrequency !== undefined && { fileCheckFrequency: pods.fileCheckFrequency }),
    ...(pods.podLogsDir !== undefined && { podLogsDir: pods.podLogsDir }),
    ...(pods.clusterDns !== undefined && { clusterDns: pods.clusterDns }),
    ...(pods.clusterDomain !== undefined && { clusterDomain: pods.clusterDomain }),
    ...(pods.resolvConf !== undefined && { resolvConf: pods.resolvConf }),
    ...(pods.allowedUnsafeSysctls !== undefined && { allowedUnsafeSysctls: pods.allowedUnsafeSysctls }),
    ...(pods.cgroupRoot !== undefined && { cgroupRoot: pods.cgroupRoot }),
  };
  const merged = { ...file, ...given };
  return { ...merged, podLogsDir: merged.podLogsDir || defaultLogs(kubelet.rootDir) };
}

function authenticationOf({ authentication }: KubeletConfiguration, serving: KubeletFlags['serving']): KubeletConfiguration['authentication'] {
  return {
    anonymous: serving.anonymousAuth ?? authentication.anonymous,
    webhook: serving.authenticationTokenWebhook ?? authentication.webhook,
    webhookCacheTtl: serving.authenticationTokenWebhookCacheTtl ?? authentication.webhookCacheTtl,
  };
}

function authorizationOf({ authorization }: KubeletConfiguration, serving: KubeletFlags['serving']): KubeletConfiguration['authorization'] {
  return {
    mode: serving.authorizationMode ?? authorization.mode,
    webhookCacheAuthorizedTtl: serving.authorizationWebhookCacheAuthorizedTtl ?? authorization.webhookCacheAuthorizedTtl,
    webhookCacheUnauthorizedTtl: serving.authorizationWebhookCacheUnauthorizedTtl ?? authorization.webhookCacheUnauthorizedTtl,
  };
}

/** Several kubelets of one machine must not share their logs. */
function defaultLogs(rootDir: string): string {
  return rootDir === DEFAULT_ROOT ? DEFAULT_LOGS : join(rootDir, 'logs');
}
