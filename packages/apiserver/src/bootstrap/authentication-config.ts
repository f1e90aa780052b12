import { hasReason } from '@typekube/apimachinery';
import type { corev1 } from '@typekube/api';
import type { SystemClient } from './system-client';

const CONFIG_MAPS = { group: '', plural: 'configmaps' };
const NAME = 'extension-apiserver-authentication';
const NAMESPACE = 'kube-system';

/** Publishes the authority that signs clients, for extension API servers that authenticate as this one does. */
export async function ensureAuthenticationConfig(client: SystemClient, clientCA: string): Promise<void> {
  const current = client.get<corev1.ConfigMap>(CONFIG_MAPS, NAMESPACE, NAME);
  if (!current) return void (await client.ensure(CONFIG_MAPS, newConfigMap(clientCA)));
  if (current.data?.['client-ca-file'] === clientCA) return;
  try {
    await client.update<corev1.ConfigMap>(CONFIG_MAPS, current.metadata, (configMap) => {
      configMap.data = { ...configMap.data, 'client-ca-file': clientCA };
    });
  } catch (error) {
    // It has just been deleted: the next round creates it.
    if (!hasReason(error, 'NotFound')) throw error;
  }
}

function newConfigMap(clientCA: string): corev1.ConfigMap {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: NAME, namespace: NAMESPACE }, data: { 'client-ca-file': clientCA } };
}
