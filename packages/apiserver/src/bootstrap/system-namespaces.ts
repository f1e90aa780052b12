import type { KubeObject } from '@typekube/apimachinery';
import type { SystemClient } from './system-client';

const NAMESPACES = { group: '', plural: 'namespaces' };

/** The namespaces that a cluster always has. */
const SYSTEM_NAMESPACES = ['kube-system', 'kube-public', 'kube-node-lease', 'default'];

/** Creates those that are missing (upstream's system namespaces controller). */
export async function ensureNamespaces(client: SystemClient): Promise<void> {
  await Promise.all(SYSTEM_NAMESPACES.map((name) => client.ensure(NAMESPACES, namespace(name))));
}

function namespace(name: string): KubeObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}
