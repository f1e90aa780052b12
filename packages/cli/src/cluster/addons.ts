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

/** An object to be written. */
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
 * Writes objects through the API as the admin, as soon as the API server takes them. Rejects with what it says against one, or with the last
 * failure when the time is over.
 */
export async function writeAddons(layout: Layout, objects: readonly AddonObject[], timeoutMs: number): Promise<void> {
  using client = new Client(await loadClientConfig({ path: layout.adminKubeconfig }), { component: 'typekube', timeoutMilliseconds: 2000 });
  const deadline = Date.now() + timeoutMs;
  for (const object of objects) await writeOne(client, object, deadline);
}

async function writeOne(client: Client, object: AddonObject, deadline: number): Promise<void> {
  for (;;) {
    try {
      return await write(client, object);
    } catch (error) {
      if (isFinal(error) || Date.now() > deadline) {
        throw new Error(`${object.kind} ${object.metadata.name} cannot be written: ${(error as Error).message}`, { cause: error });
      }
    }
    await delay(POLL_MS);
  }
}

/** What others have added to the object stays. */
async function write(client: Client, object: AddonObject): Promise<void> {
  const resource = client.for(REFS[object.kind], object.metadata.namespace);
  try {
    await resource.patch(object.metadata.name, { type: 'merge', body: object }, { fieldManager: FIELD_MANAGER });
  } catch (error) {
    if (!(error instanceof StatusError) || error.status.code !== 404) throw error;
    await resource.create(object, { fieldManager: FIELD_MANAGER });
  }
}

/** The object itself is refused. A server that only starts does not know namespaces and rights yet. */
function isFinal(error: unknown): boolean {
  return error instanceof StatusError && [400, 415, 422].includes(error.status.code ?? 0);
}
