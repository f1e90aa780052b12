import type { ObjectMeta } from '@typekube/apimachinery';
import type { DeepReadonly } from '@typekube/client';

/**
 * The finalizers that an object is to have so that it stays while it is used; undefined if it has them. One that is being deleted gets none
 * any more: it loses ours when nothing uses it.
 */
export function planFinalizers(metadata: DeepReadonly<ObjectMeta>, ours: string, isUsed: boolean): string[] | undefined {
  const { finalizers = [], deletionTimestamp } = metadata;
  const isHeld = finalizers.includes(ours);
  if (!deletionTimestamp) return isHeld ? undefined : [...finalizers, ours];
  return isHeld && !isUsed ? finalizers.filter((finalizer) => finalizer !== ours) : undefined;
}
