import type { KubeObject } from '@typekube/apimachinery';
import type { ResourceHooks } from '../registry/resource-hooks';

interface Namespace extends KubeObject {
  spec?: { finalizers?: string[] };
  status?: { phase?: string };
}

/** A namespace stays until its own finalizers are gone too: the namespace controller empties it first. */
export const namespaceHooks: ResourceHooks = {
  holdsDeletion: (namespace: Namespace) => Boolean(namespace.spec?.finalizers?.length),
  markDeleting(namespace: Namespace) {
    namespace.status = { ...namespace.status, phase: 'Terminating' };
    // Upstream marks a namespace in a way of its own, which knows no grace period.
    if (namespace.spec?.finalizers?.length) delete namespace.metadata.deletionGracePeriodSeconds;
  },
};
