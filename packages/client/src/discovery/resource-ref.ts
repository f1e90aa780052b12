import { formatGroupVersion, parseGroupVersion, qualifiedResource } from '@typekube/apimachinery';
import type { ResourceDefinition } from '@typekube/api';
import type { KubeObject } from '@typekube/apimachinery';

/** Which resource of which version: all that a path needs. */
export interface ResourceRef {
  readonly group: string;
  readonly version: string;
  /** The plural in the path. */
  readonly resource: string;
  readonly namespaced: boolean;
}

/**
 * The version of a kind that its TypeScript type describes: the one it is stored in, or, where that lies in another group (events),
 * the preferred one.
 */
export function refOf<T extends KubeObject>(definition: ResourceDefinition<T>): ResourceRef {
  const stored = parseGroupVersion(definition.storageVersion);
  const version = stored.group === definition.group ? stored.version : (definition.versions[0]?.version ?? stored.version);
  return { group: definition.group, version, resource: definition.plural, namespaced: definition.scope === 'Namespaced' };
}

/** `pods`, `deployments.apps`: the name in error texts, logs and metrics. */
export function refText(ref: ResourceRef): string {
  return qualifiedResource(ref);
}

/** The path of a collection, an object or a subresource. An empty namespace means all of them. */
export function pathOf(ref: ResourceRef, target: { readonly namespace?: string; readonly name?: string; readonly subresource?: string }): string {
  const { namespace, name, subresource } = target;
  const parts = [ref.group ? 'apis' : 'api', formatGroupVersion(ref)];
  if (ref.namespaced && namespace) parts.push('namespaces', encodeURIComponent(namespace));
  parts.push(ref.resource);
  if (name !== undefined) parts.push(encodeURIComponent(name));
  if (subresource) parts.push(subresource);
  return `/${parts.join('/')}`;
}
