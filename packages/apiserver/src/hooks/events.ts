import type { Store } from '@typekube/storage';
import type { ResourceHooks } from '../registry/resource-hooks';

/** Events that come within this time share a lease, as upstream's lease manager has it, and with it their end. */
const REUSE_MS = 60_000;
const MAX_EVENTS_PER_LEASE = 1000;

/** Events are forgotten `ttlSeconds` after their last change: `--event-ttl`. */
export function eventHooks(store: Store, ttlSeconds: number): ResourceHooks {
  let current: { readonly id: Promise<string>; readonly until: number; uses: number } | undefined;
  return {
    lease() {
      const now = Date.now();
      if (!current || now >= current.until || current.uses >= MAX_EVENTS_PER_LEASE) {
        const id = store.grantLease(ttlSeconds + REUSE_MS / 1000);
        const granted = { id, until: now + REUSE_MS, uses: 0 };
        current = granted;
        id.catch(() => {
          if (current === granted) current = undefined;
        });
      }
      current.uses += 1;
      return current.id;
    },
  };
}
