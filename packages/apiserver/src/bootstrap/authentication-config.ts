import { hasReason } from '@typekube/apimachinery';
import type { corev1 } from '@typekube/api';
import type { SystemClient } from './system-client';

const CONFIG_MAPS = { group: '', plural: 'configmaps' };
const NAME = 'extension-apiserver-authentication';
const NAMESPACE = 'kube-system';

/** Publishes how this server authenticates clients and its proxy, for extension API servers that do as it does. */
export async function ensureAuthenticationConfig(client: SystemClient, data: Readonly<Record<string, string>>): Promise<void> {
  const current = client.get<corev1.ConfigMap>(CONFIG_MAPS, NAMESPACE, NAME);
  if (!current) return void (await client.ensure(CONFIG_MAPS, newConfigMap(data)));
  if (Object.entries(data).every(([key, value]) => current.data?.[key] === value)) return;
  try {
    await client.update<corev1.ConfigMap>(CONFIG_MAPS, current.metadata, (configMap) => {
      configMap.data = { ...configMap.data, ...data };
    });
  } catch (error) {
    // It has just been deleted: the next round creates it.
    if (!hasReason(error, 'NotFound')) throw error;
  }
}

function newConfigMap(data: Readonly<Record<string, string>>): corev1.ConfigMap {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: NAME, namespace: NAMESPACE }, data: { ...data } };
}
