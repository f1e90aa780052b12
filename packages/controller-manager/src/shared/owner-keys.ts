import { type GroupKind, type KubeObject, type ReadonlyLabelSelector, selectorFromLabelSelector } from '@typekube/apimachinery';
import { controllerOf, type DeepReadonly, type Indexer, keyOfController, objectKey } from '@typekube/client';
import type { Cached } from './objects';

/** For `mapToKeys`: a dependent concerns the owner that controls it; an orphan those that would adopt it. */
export function ownerKeys<T extends KubeObject>(
  kind: GroupKind,
  owners: Indexer<T>,
  selectorOf: (owner: DeepReadonly<T>) => ReadonlyLabelSelector | undefined,
): (dependent: Cached) => string[] {
  const keyOfOwner = keyOfController(kind);
  return (dependent) => {
    if (controllerOf(dependent)) return keyOfOwner(dependent);
    const { namespace = '', labels } = dependent.metadata;
    if (!labels) return [];
    const wanting = owners.list({ namespace }).filter((owner) => selectorFromLabelSelector(selectorOf(owner)).matches(labels));
    return wanting.map((owner) => objectKey(owner));
  };
}
