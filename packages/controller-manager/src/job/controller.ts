import type { batchv1, corev1 } from '@typekube/api';
import { selectorFromLabelSelector } from '@typekube/apimachinery';
import {
  Controller,
  controllerOf,
  type ControllerWatch,
  Expectations,
  type Informer,
  jobs,
  keyOfController,
  objectKey,
  pods,
  watching,
} from '@typekube/client';
import type { ControllerDeps, Runnable } from '../shared/controller-deps';
import { BY_CONTROLLER, controllerIndex } from '../shared/controller-index';
import { NewestWritten } from '../shared/newest-written';
import type { Job, Pod } from '../shared/objects';
import { retryConflicts } from '../shared/retry-conflicts';
import { Backoffs } from './backoffs';
import { isFinished, isTracked } from './job-fields';
import type { JobWorld } from './job-world';
import { orphanReconciler } from './orphans';
import { jobReconciler } from './reconcile';

const keyOfJob = keyOfController({ group: 'batch', kind: 'Job' });

/** Runs jobs to their completion. */
export function jobController(deps: ControllerDeps, workers: number): Runnable {
  const podInformer = deps.informers.for(pods);
  const jobInformer = deps.informers.for(jobs);
  podInformer.addIndex(BY_CONTROLLER, controllerIndex);
  const world: JobWorld = {
    deps,
    jobs: jobInformer.indexer,
    pods: podInformer.indexer,
    expectations: new Expectations(deps.clock),
    written: new NewestWritten(),
    untracked: new Set(),
    backoffs: new Backoffs(),
  };
  const common = { logger: deps.logger, clock: deps.clock };
  const controller = new Controller({
    ...common,
    name: 'job',
    watches: [watching(jobInformer), watching(podInformer, { mapToKeys: keysOf(jobInformer) })],
    reconcile: retryConflicts(jobReconciler(world)),
    workers,
    metrics: deps.metrics('job'),
  });
  const orphans = new Controller({
    ...common,
    name: 'job_orphan_pod',
    watches: orphanWatches(jobInformer, podInformer),
    reconcile: orphanReconciler(world),
    metrics: deps.metrics('job_orphan_pod'),
  });
  return {
    async run(signal) {
      const stopObserving = observePods(podInformer, world);
      try {
        await Promise.all([controller.run(signal), orphans.run(signal)]);
      } finally {
        stopObserving();
      }
    },
  };
}

/** A pod concerns the job that controls it; an orphan those that would adopt it. */
function keysOf({ indexer }: Informer<batchv1.Job>): (pod: Pod) => string[] {
  return (pod) => {
    if (controllerOf(pod)) return keyOfJob(pod);
    const { namespace = '', labels } = pod.metadata;
    if (!labels) return [];
    const wanting = indexer.list({ namespace }).filter(({ spec }) => selectorFromLabelSelector(spec?.selector).matches(labels));
    return wanting.map((job) => objectKey(job));
  };
}

/** Pods that may have lost their job: those that still bear the finalizer, and those of jobs that end or go. */
function orphanWatches(jobInformer: Informer<batchv1.Job>, podInformer: Informer<corev1.Pod>): ControllerWatch[] {
  const trackedPodsOf = ({ metadata }: Job): string[] => {
    return podInformer.indexer.byIndex(BY_CONTROLLER, metadata.uid ?? '').filter(isTracked).map(objectKey);
  };
  return [
    watching(podInformer, { mapToKeys: (pod) => (isTracked(pod) ? [objectKey(pod)] : []) }),
    watching(jobInformer, {
      mapToKeys: trackedPodsOf,
      when: ({ type, object }) => type === 'deleted' || isFinished(object),
    }),
  ];
}

/** Begins before the controller's own watch, so that expectations are lowered before a key is worked on. */
function observePods(informer: Informer<corev1.Pod>, { expectations, untracked }: JobWorld): () => void {
  const deleted = (pod: Pod): void => {
    for (const key of keyOfJob(pod)) expectations.deletionObserved(key, objectKey(pod));
  };
  return informer.addHandler({
    onAdd(pod) {
      if (pod.metadata.deletionTimestamp) deleted(pod);
      else for (const key of keyOfJob(pod)) expectations.creationObserved(key);
    },
    onUpdate(pod) {
      if (pod.metadata.deletionTimestamp) deleted(pod);
      if (!isTracked(pod)) untracked.delete(pod.metadata.uid ?? '');
    },
    onDelete(pod) {
      deleted(pod);
      untracked.delete(pod.metadata.uid ?? '');
    },
  });
}
