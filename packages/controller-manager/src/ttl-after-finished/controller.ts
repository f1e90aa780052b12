import type { batchv1 } from '@typekube/api';
import { hasReason } from '@typekube/apimachinery';
import { Controller, type Indexer, jobs, type ReconcileContext, type Requeue, watching } from '@typekube/client';
import type { ControllerDeps, Runnable } from '../shared/controller-deps';
import { untilExpiry } from './plan-expiry';

/** Deletes jobs that have finished so long ago as they say in `ttlSecondsAfterFinished`. */
export function ttlAfterFinishedController(deps: ControllerDeps, workers: number): Runnable {
  const informer = deps.informers.for(jobs);
  return new Controller({
    name: 'ttl_jobs_to_delete',
    watches: [watching(informer, { when: ({ type }) => type !== 'deleted' })],
    reconcile: reconciler(deps, informer.indexer),
    workers,
    metrics: deps.metrics('ttl_jobs_to_delete'),
    logger: deps.logger,
    clock: deps.clock,
  });
}

/** The server is asked before: somebody may have given the job more time, and the cache may not show it yet. */
function reconciler(deps: ControllerDeps, cache: Indexer<batchv1.Job>) {
  return async (key: string, { signal }: ReconcileContext): Promise<void | Requeue> => {
    const cached = cache.get(key);
    const wait = cached && untilExpiry(cached, deps.clock.now());
    if (wait === undefined) return;
    if (wait > 0) return { requeueAfterMilliseconds: wait };
    const { name = '', namespace = '' } = cached?.metadata ?? {};
    const resource = deps.client.for(jobs, namespace);
    try {
      const fresh = await resource.get(name, { signal });
      const left = untilExpiry(fresh, deps.clock.now());
      if (left === undefined) return;
      if (left > 0) return { requeueAfterMilliseconds: left };
      const { uid = '' } = fresh.metadata;
      await resource.delete(name, { propagationPolicy: 'Foreground', preconditions: { uid }, signal });
    } catch (error) {
      // Gone, or another job has its name now: the cache will say so.
      if (!hasReason(error, 'NotFound') && !hasReason(error, 'Conflict')) throw error;
    }
  };
}
