import { hasReason } from '@typekube/apimachinery';
import { Controller, cronJobs, jobs, keyOfController, type ReconcileContext, type Requeue, watching } from '@typekube/client';
import type { ControllerDeps, Runnable } from '../shared/controller-deps';
import { BY_CONTROLLER, controllerIndex } from '../shared/controller-index';
import { NewestWritten } from '../shared/newest-written';
import { retryConflicts } from '../shared/retry-conflicts';
import { CronJobSync, type CronJobWorld } from './cron-job-sync';

/** Starts jobs at the times that cron jobs say. */
export function cronJobController(deps: ControllerDeps, workers: number): Runnable {
  const [cronJobInformer, jobInformer] = [deps.informers.for(cronJobs), deps.informers.for(jobs)];
  jobInformer.addIndex(BY_CONTROLLER, controllerIndex);
  const world: CronJobWorld = { deps, written: new NewestWritten() };
  const reconcile = async (key: string, { signal }: ReconcileContext): Promise<void | Requeue> => {
    const cronJob = world.written.newest(key, cronJobInformer.indexer.get(key));
    if (!cronJob) return;
    const owned = jobInformer.indexer.byIndex(BY_CONTROLLER, cronJob.metadata.uid ?? '');
    try {
      return await new CronJobSync(world, cronJob, signal).run(owned);
    } catch (error) {
      // The cron job is gone; the cache will say so.
      if (!hasReason(error, 'NotFound') || error.status.details?.kind !== 'cronjobs') throw error;
    }
  };
  return new Controller({
    name: 'cronjob',
    watches: [watching(cronJobInformer), watching(jobInformer, { mapToKeys: keyOfController({ group: 'batch', kind: 'CronJob' }) })],
    reconcile: retryConflicts(reconcile),
    workers,
    metrics: deps.metrics('cronjob'),
    logger: deps.logger,
    clock: deps.clock,
  });
}
