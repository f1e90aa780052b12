import { hasReason, type KubeObject, newForbidden, newNotFound, StatusError } from '@typekube/apimachinery';
import type { AdmissionAttributes, AdmissionPlugin } from '../admission';

/** Namespaces that the system needs. */
const IMMORTAL: ReadonlySet<string> = new Set(['default', 'kube-system', 'kube-public']);

/** Reads made while a namespace goes away still work; these kinds answer questions and are not stored in it. */
const ACCESS_REVIEWS: ReadonlySet<string> = new Set(['localsubjectaccessreviews']);

/**
 * Upstream's NamespaceLifecycle: nothing is created in a namespace that does not exist or is being deleted, and the system's own
 * namespaces are not deleted. `readNamespace` must see every acknowledged write.
 */
export function namespaceLifecycle(readNamespace: (name: string) => Promise<KubeObject>): AdmissionPlugin {
  return {
    name: 'NamespaceLifecycle',
    handles: (operation) => operation === 'CREATE' || operation === 'UPDATE' || operation === 'DELETE',
    async admit(attributes) {
      const { operation, resource, name, namespace } = attributes;
      if (isNamespace(attributes)) {
        if (operation === 'DELETE' && IMMORTAL.has(name)) {
          throw newForbidden(resource.groupResource, name, 'this namespace may not be deleted');
        }
        return;
      }
      if (!namespace || operation === 'DELETE' || ACCESS_REVIEWS.has(resource.definition.plural)) return;
      const found = await findNamespace(readNamespace, namespace);
      if (operation === 'CREATE' && isTerminating(found)) throw terminating(attributes);
    },
  };
}

function isNamespace({ resource }: AdmissionAttributes): boolean {
  return resource.definition.group === '' && resource.definition.kind === 'Namespace';
}

async function findNamespace(read: (name: string) => Promise<KubeObject>, name: string): Promise<KubeObject> {
  try {
    return await read(name);
  } catch (error) {
    if (hasReason(error, 'NotFound')) throw newNotFound({ group: '', resource: 'namespaces' }, name);
    throw error;
  }
}

function isTerminating(namespace: KubeObject & { status?: { phase?: string } }): boolean {
  return namespace.metadata.deletionTimestamp !== undefined || namespace.status?.phase === 'Terminating';
}

function terminating({ resource, name, namespace }: AdmissionAttributes): StatusError {
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  const error = newForbidden(resource.groupResource, name, why);
  error.status.details!.causes = [
    { reason: 'NamespaceTerminating', message: `namespace ${namespace} is being terminated`, field: 'metadata.namespace' },
  ];
  return error;
}
