import { type KubeObject, newBadRequest } from '@typekube/apimachinery';

export interface NamespacedRequest {
  readonly resource: { readonly namespaced: boolean };
  readonly namespace: string;
}

/**
 * Brings the object's namespace in line with the request's (upstream's EnsureObjectNamespaceMatchesRequestNamespace): filled in where
 * it is empty, dropped where the kind has none. Fails with 400 for another one.
 */
export function matchNamespace({ resource, namespace }: NamespacedRequest, metadata: KubeObject['metadata']): void {
  if (!resource.namespaced) {
    delete metadata.namespace;
    return;
  }
  metadata.namespace ||= namespace;
  if (metadata.namespace === namespace) return;
  throw newBadRequest('the namespace of the provided object does not match the namespace sent on the request');
}
