import type { corev1 } from '@typekube/api';
import { type Expectations, type Informer, objectKey } from '@typekube/client';
import type { Pod } from './objects';

/**
 * Lowers the expectations of the owners whose pods come and go; the returned function ends that. Begin before the controller's own watch,
 * so that they are lowered before a key is worked on. A pod counts as deleted as soon as it is marked.
 */
export function observePods(
  informer: Informer<corev1.Pod>,
  expectations: Expectations,
  keysOfOwner: (pod: Pod) => string[],
): () => void {
  const deleted = (pod: Pod): void => {
    for (const key of keysOfOwner(pod)) expectations.deletionObserved(key, objectKey(pod));
  };
  return informer.addHandler({
    onAdd(pod) {
      if (pod.metadata.deletionTimestamp) deleted(pod);
      else for (const key of keysOfOwner(pod)) expectations.creationObserved(key);
    },
    onUpdate(pod) {
      if (pod.metadata.deletionTimestamp) deleted(pod);
    },
    onDelete: deleted,
  });
}
