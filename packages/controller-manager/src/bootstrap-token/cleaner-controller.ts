import { hasReason } from '@typekube/apimachinery';
import { Controller, secrets, watching } from '@typekube/client';
import type { ControllerDeps, Runnable } from '../shared/controller-deps';
import { isTokenSecret, tokenSecrets, untilExpiration } from './token-secret';

/** Deletes bootstrap tokens that have expired. */
export function tokenCleanerController(deps: ControllerDeps): Runnable {
  const informer = tokenSecrets(deps);
  return new Controller({
    name: 'token_cleaner',
    watches: [watching(informer, { when: ({ type, object }) => type !== 'deleted' && isTokenSecret(object) })],
    reconcile: async (key, { signal }) => {
      const secret = informer.indexer.get(key);
      const left = secret && untilExpiration(secret, deps.clock.now());
      if (left === undefined) return;
      if (left > 0) return { requeueAfterMilliseconds: left };
      const { name = '', namespace = '', uid = '' } = secret?.metadata ?? {};
      try {
        await deps.client.for(secrets, namespace).delete(name, { preconditions: { uid }, signal });
      } catch (error) {
        // Gone, or another secret has its name now: the cache will say so.
        if (!hasReason(error, 'NotFound') && !hasReason(error, 'Conflict')) throw error;
      }
    },
    metrics: deps.metrics('token_cleaner'),
    logger: deps.logger,
    clock: deps.clock,
  });
}
