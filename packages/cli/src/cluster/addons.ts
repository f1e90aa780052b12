import { setTimeout as delay } from 'node:timers/promises';
import { type KubeObject, StatusError } from '@typekube/apimachinery';
import {
  Client,
  clusterRoleBindings,
  clusterRoles,
  type DynamicObject,
  endpointSlices,
  loadClientConfig,
  type ResourceRef,
  services,
} from '@typekube/client';
import type { Layout } from './layout';

export type AddonKind = 'Service' | 'EndpointSlice' | 'ClusterRole' | 'ClusterRoleBinding';

/** An object to be applied. */
export type AddonObject = DynamicObject & { readonly kind: AddonKind; readonly metadata: { readonly name: string } };

const REFS: Readonly<Record<AddonKind, ResourceRef<KubeObject>>> = {
  Service: services,
  EndpointSlice: endpointSlices,
  ClusterRole: clusterRoles,
  ClusterRoleBinding: clusterRoleBindings,
};

const POLL_MS = 50;
const FIELD_MANAGER = 'typekube';

/**
 * Applies objects through the API as the admin, as soon as the API server takes them. Rejects with what it says against one, or with the last
 * failure when the time is over.
 */
export async function applyAddons(layout: Layout, objects: readonly AddonObject[], timeoutMs: number): Promise<void> {
  using client = new Client(await loadClientConfig({ path: layout.adminKubeconfig }), { component: 'typekube', timeoutMilliseconds: 2000 });
  const deadline = Date.now() + timeoutMs;
  for (const object of objects) await applyOne(client, object, deadline);
}

async function applyOne(client: Client, object: AddonObject, deadline: number): Promise<void> {
  for (;;) {
    try {
      await client.for(REFS[object.kind], object.metadata.namespace).patch(object.metadata.name, { type: 'apply', body: object }, { force: true, fieldManager: FIELD_MANAGER });
      return;
    } catch (error) {
      if (isFinal(error) || Date.now() > deadline) {
        throw new Error(`${object.kind} ${object.metadata.name} cannot be applied: ${(error as Error).message}`, { cause: error });
      }
    }
    await delay(POLL_MS);
  }
}

/** The object itself is refused. A server that only starts does not know namespaces and rights yet. */
function isFinal(error: unknown): boolean {
  return error instanceof StatusError && [400, 422].includes(error.status.code ?? 0);
}
