import type { Store } from '@typekube/storage';
import type { Logger } from '@typekube/component-base';

/**
 * Forgets etcd's history, as upstream's API server does: each time, what is older than one interval. Several servers may do so at once:
 * each compacts only to where it was an interval ago. The returned function ends it. (The embedded store compacts itself.)
 */
export function startCompaction(store: Store, intervalMs: number, log: Logger): () => void {
  if (intervalMs <= 0) return () => undefined;
  let before: number | undefined;
  const compact = async (): Promise<void> => {
    try {
      const revision = await store.currentRevision();
      if (before !== undefined && before > 0) await store.compact(before);
      before = revision;
    } catch (error) {
      log.error('the store could not be compacted', error);
    }
  };
  void compact();
  const timer = setInterval(() => void compact(), intervalMs);
  return () => clearInterval(timer);
}
