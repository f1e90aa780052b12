import { hasReason, type KubeObject } from '@typekube/apimachinery';
import { type DeepReadonly, type ResourceClient, shared } from '@typekube/client';

/** How often a status that lost against another writer is written again. */
const ATTEMPTS = 2;

/**
 * Writes the status of an object over that of another version of it, where that is newer: it was counted from the dependents, not
 * from the object. An object that is gone needs no status.
 */
export async function writeStatus<T extends KubeObject>(
  resource: ResourceClient<T>,
  object: DeepReadonly<T>,
  options: { readonly withStatus: (object: DeepReadonly<T>) => DeepReadonly<T>; readonly signal: AbortSignal },
): Promise<void> {
  const { withStatus, signal } = options;
  let current = object;
  for (let attempt = 1; ; attempt++) {
    try {
      await resource.updateStatus(withStatus(current), { signal });
      return;
    } catch (error) {
      if (hasReason(error, 'NotFound')) return;
      if (!hasReason(error, 'Conflict') || attempt >= ATTEMPTS) throw error;
      current = shared(await resource.get(object.metadata.name ?? '', { signal }));
    }
  }
}
