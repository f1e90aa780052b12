import { hasReason } from '@typekube/apimachinery';
import type { ReconcileContext, Requeue } from '@typekube/client';
import type { Job } from '../shared/objects';
import { isFinished, isManagedElsewhere } from './job-fields';
import { JobSync } from './job-sync';
import type { JobWorld } from './job-world';

type Reconcile = (key: string, context: ReconcileContext) => Promise<void | Requeue>;

/** One job: its pods, its counts, its end. What has finished is left alone. */
export function jobReconciler(world: JobWorld): Reconcile {
  return async (key, { signal }) => {
    const job = world.written.newest(key, world.jobs.get(key));
    if (!job) world.expectations.delete(key);
    if (!job || isFinished(job)) return world.backoffs.forget(key);
    if (isManagedElsewhere(job)) return;
    if (!hasKnownMode(job)) {
      world.deps.recordEvent(job, 'Warning', 'UnknownCompletionMode', 'Skipped Job sync because completion mode is unknown');
      return;
    }
    try {
      return await new JobSync(world, job, signal).run();
    } catch (error) {
      // The cache will say so too.
      if (!isJobGone(error)) throw error;
    }
  };
}

function isJobGone(error: unknown): boolean {
  return hasReason(error, 'NotFound') && error.status.details?.kind === 'jobs';
}

function hasKnownMode({ spec }: Job): boolean {
  return ['NonIndexed', 'Indexed', undefined].includes(spec?.completionMode);
}
