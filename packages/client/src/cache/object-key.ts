import type { KubeObject } from '@typekube/apimachinery';
import type { DeepReadonly } from '../resources/deep-readonly';

/** `namespace/name`, or `name` of what lies in no namespace: the key of caches and queues (cache.MetaNamespaceKeyFunc). */
export function objectKey({ metadata }: DeepReadonly<KubeObject>): string {
  const { namespace, name = '' } = metadata;
  return namespace ? `${namespace}/${name}` : name;
}

/** The counterpart of `objectKey`. */
export function splitKey(key: string): { namespace: string; name: string } {
  const slash = key.indexOf('/');
  return slash < 0 ? { namespace: '', name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

/** The key of an object that is referred to by name. */
export function keyOf(namespace: string, name: string): string {
  return namespace ? `${namespace}/${name}` : name;
}
