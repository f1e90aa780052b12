import { hasReason } from '@typekube/apimachinery';
import { controllerOf, jobs, keyOf, type ReconcileContext } from '@typekube/client';
import type { Job, Pod } from '../shared/objects';
import { isFinished, isManagedElsewhere, isTracked } from './job-fields';
import { JOB, type JobWorld } from './job-world';
import { removeTrackingFinalizer } from './pod-writer';

/** Takes the finalizer from pods that no job will count any more: theirs is gone or has finished, or they have none. (syncOrphanPod) */
export function orphanReconciler(world: JobWorld): (key: string, context: ReconcileContext) => Promise<void> {
  return async (key, { signal }) => {
    const pod = world.pods.get(key);
    if (!pod || !isTracked(pod) || (await willBeCounted(world, pod, signal))) return;
    try {
      await removeTrackingFinalizer(world, pod, signal);
    } catch (error) {
      if (!hasReason(error, 'NotFound')) throw error;
    }
  };
}

async function willBeCounted(world: JobWorld, pod: Pod, signal: AbortSignal): Promise<boolean> {
  const owner = controllerOf(pod);
  if (!owner) return false;
  if (owner.kind !== JOB.kind || owner.apiVersion !== JOB.apiVersion) return true;
  const { namespace = '' } = pod.metadata;
  const cached = world.jobs.get(keyOf(namespace, owner.name));
  // The cache of pods may be ahead of that of jobs: who made the pod may have made the job just before.
  const job = cached?.metadata.uid === owner.uid ? cached : await freshJob(world, { namespace, name: owner.name }, signal);
  return job?.metadata.uid === owner.uid && (isManagedElsewhere(job) || !isFinished(job));
}

async function freshJob({ deps }: JobWorld, { namespace, name }: { namespace: string; name: string }, signal: AbortSignal): Promise<Job | undefined> {
  try {
    return await deps.client.for(jobs, namespace).get(name, { signal });
  } catch (error) {
    if (hasReason(error, 'NotFound')) return undefined;
    throw error;
  }
}
