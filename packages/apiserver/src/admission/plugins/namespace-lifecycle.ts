import { type KubeObject, newForbidden, newNotFound, type StatusError } from '@typekube/apimachinery';
import type { AdmissionAttributes, AdmissionPlugin } from '../admission';
import type { AdmissionDependencies } from '../dependencies';

/** Namespaces that the system needs. */
const IMMORTAL: ReadonlySet<string> = new Set(['default', 'kube-system', 'kube-public']);

/** Reads made while a namespace goes away still work; these kinds answer questions and are not stored in it. */
const ACCESS_REVIEWS: ReadonlySet<string> = new Set(['localsubjectaccessreviews']);

type Namespace = KubeObject & { status?: { phase?: string } };

/**
 * Upstream's NamespaceLifecycle: nothing is created in a namespace that does not exist or is being deleted, and the system's own
 * namespaces are not deleted.
 */
export function namespaceLifecycle({ objects }: Pick<AdmissionDependencies, 'objects'>): AdmissionPlugin {
  const namespaces = objects<Namespace>('', 'namespaces');
  return {
    name: 'NamespaceLifecycle',
    handles: ({ operation, resource }) => {
      if (operation === 'CONNECT') return false;
      if (isNamespace(resource)) return operation === 'DELETE';
      return operation !== 'DELETE' && resource.namespaced && !ACCESS_REVIEWS.has(resource.definition.plural);
    },
    admit(attributes) {
      const { resource, name, namespace } = attributes;
      if (isNamespace(resource)) {
        if (IMMORTAL.has(name)) throw newForbidden(resource.groupResource, name, 'this namespace may not be deleted');
        return;
      }
      const found = namespaces.find('', namespace);
      if (found instanceof Promise) return found.then((late) => check(attributes, late));
      check(attributes, found);
    },
  };
}

function isNamespace({ definition }: AdmissionAttributes['resource']): boolean {
  return definition.group === '' && definition.kind === 'Namespace';
}

function check(attributes: AdmissionAttributes, namespace: Namespace | undefined): void {
  if (!namespace) throw newNotFound({ group: '', resource: 'namespaces' }, attributes.namespace);
  if (attributes.operation === 'CREATE' && isTerminating(namespace)) throw terminating(attributes);
}

function isTerminating({ metadata, status }: Namespace): boolean {
  return metadata.deletionTimestamp !== undefined || status?.phase === 'Terminating';
}

function terminating({ resource, name, namespace }: AdmissionAttributes): StatusError {
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  const error = newForbidden(resource.groupResource, name, why);
  error.status.details!.causes = [
    { reason: 'NamespaceTerminating', message: `namespace ${namespace} is being terminated`, field: 'metadata.namespace' },
  ];
  return error;
}
