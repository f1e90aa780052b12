import { hasReason } from '@typekube/apimachinery';
import type { ControllerOptions } from '@typekube/client';

type Reconcile = ControllerOptions['reconcile'];

/** By then the cache has mostly seen what it was behind with. */
const PAUSE_MILLISECONDS = 20;
/** Somebody else writes all the time, or the cache stands still: from here on it counts as a failure, with growing pauses. */
const LONG_MILLISECONDS = 30_000;

/**
 * A write that came too late (`Conflict`) is no failure: the decision was made on an old cache, and is made again on a newer one. Conflicts
 * of one key that do not end are thrown.
 */
export function retryConflicts(reconcile: Reconcile): Reconcile {
  const since = new Map<string, number>();
  return async (key, context) => {
    try {
      const result = await reconcile(key, context);
      since.delete(key);
      return result;
    } catch (error) {
      if (!hasReason(error, 'Conflict')) throw error;
      const first = since.get(key) ?? performance.now();
      since.set(key, first);
      if (performance.now() - first > LONG_MILLISECONDS) throw error;
      context.logger.v(4)?.info('The cache was behind; trying again', { key, error: error.message });
      return { requeueAfterMilliseconds: PAUSE_MILLISECONDS };
    }
  };
}
