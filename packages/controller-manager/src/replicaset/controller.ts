import type { appsv1, corev1 } from '@typekube/api';
import { selectorFromLabelSelector } from '@typekube/apimachinery';
import {
  Controller,
  controllerOf,
  Expectations,
  type Informer,
  keyOfController,
  objectKey,
  pods,
  replicaSets,
  watching,
} from '@typekube/client';
import type { ControllerDeps, Runnable } from '../shared/controller-deps';
import { BY_CONTROLLER, controllerIndex } from '../shared/controller-index';
import type { Pod } from '../shared/objects';
import { retryConflicts } from '../shared/retry-conflicts';
import { ReplicaSetReconciler } from './reconcile';

const keyOfReplicaSet = keyOfController({ group: 'apps', kind: 'ReplicaSet' });

/** Keeps the number of pods that each replica set wants. */
export function replicaSetController(deps: ControllerDeps, workers: number): Runnable {
  const expectations = new Expectations(deps.clock);
  const podInformer = deps.informers.for(pods);
  const replicaSetInformer = deps.informers.for(replicaSets);
  podInformer.addIndex(BY_CONTROLLER, controllerIndex);
  const reconciler = new ReplicaSetReconciler({
    deps,
    replicaSets: replicaSetInformer.indexer,
    pods: podInformer.indexer,
    expectations,
  });
  const controller = new Controller({
    name: 'replicaset',
    watches: [watching(replicaSetInformer), watching(podInformer, { mapToKeys: keysOf(replicaSetInformer) })],
    reconcile: retryConflicts(reconciler.reconcile),
    workers,
    metrics: deps.metrics('replicaset'),
    logger: deps.logger,
    clock: deps.clock,
  });
  return {
    async run(signal) {
      const stopObserving = observePods(podInformer, expectations);
      try {
        await controller.run(signal);
      } finally {
        stopObserving();
      }
    },
  };
}

/** A pod concerns the replica set that controls it; an orphan those that would adopt it. */
function keysOf({ indexer }: Informer<appsv1.ReplicaSet>): (pod: Pod) => string[] {
  return (pod) => {
    if (controllerOf(pod)) return keyOfReplicaSet(pod);
    const { namespace = '', labels } = pod.metadata;
    if (!labels) return [];
    const wanting = indexer.list({ namespace }).filter(({ spec }) => selectorFromLabelSelector(spec?.selector).matches(labels));
    return wanting.map((replicaSet) => objectKey(replicaSet));
  };
}

/** Begins before the controller's own watch, so that expectations are lowered before a key is worked on. */
function observePods(informer: Informer<corev1.Pod>, expectations: Expectations): () => void {
  const deleted = (pod: Pod): void => {
    for (const key of keyOfReplicaSet(pod)) expectations.deletionObserved(key, objectKey(pod));
  };
  return informer.addHandler({
    onAdd(pod) {
      if (pod.metadata.deletionTimestamp) deleted(pod);
      else for (const key of keyOfReplicaSet(pod)) expectations.creationObserved(key);
    },
    onUpdate(pod) {
      if (pod.metadata.deletionTimestamp) deleted(pod);
    },
    onDelete: deleted,
  });
}
