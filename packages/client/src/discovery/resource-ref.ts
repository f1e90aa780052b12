import { formatGroupVersion, type KubeObject, qualifiedResource } from '@typekube/apimachinery';

/** An object of a kind that is known only at run time. */
export interface DynamicObject extends KubeObject {
  [field: string]: unknown;
}

/** Which resource of which version: all that a path needs, and the type of its objects. */
export interface ResourceRef<T extends KubeObject = DynamicObject> {
  readonly group: string;
  readonly version: string;
  /** The plural in the path. */
  readonly resource: string;
  readonly kind: string;
  readonly namespaced: boolean;
  /** Never there: it binds the type of the objects to the reference. */
  readonly objects?: T;
}

/** `pods`, `deployments.apps`: the name in error texts, logs and metrics. */
export function refText(ref: ResourceRef<KubeObject>): string {
  return qualifiedResource(ref);
}

/** The path of a collection, an object or a subresource. An empty namespace means all of them. */
export function pathOf(
  ref: ResourceRef<KubeObject>,
  target: { readonly namespace?: string; readonly name?: string; readonly subresource?: string },
): string {
  const { namespace, name, subresource } = target;
  const parts = [ref.group ? 'apis' : 'api', formatGroupVersion(ref)];
  if (ref.namespaced && namespace) parts.push('namespaces', encodeURIComponent(namespace));
  parts.push(ref.resource);
  if (name !== undefined) parts.push(encodeURIComponent(name));
  if (subresource) parts.push(subresource);
  return `/${parts.join('/')}`;
}
