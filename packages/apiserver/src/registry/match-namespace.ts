import { type KubeObject, newBadRequest } from '@typekube/apimachinery';
import type { WriteRequest } from './write-context';

/**
 * Brings the object's namespace in line with the request's (upstream's EnsureObjectNamespaceMatchesRequestNamespace): filled in where
 * it is empty, dropped where the kind has none. Fails with 400 for another one.
 */
export function matchNamespace({ resource, namespace }: WriteRequest, metadata: KubeObject['metadata']): void {
  if (!resource.namespaced) {
    delete metadata.namespace;
    return;
  }
  metadata.namespace ||= namespace;
  if (metadata.namespace === namespace) return;
  throw newBadRequest('the namespace of the provided object does not match the namespace sent on the request');
}
