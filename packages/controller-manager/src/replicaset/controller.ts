import {
  Controller,
  Expectations,
  keyOfController,
  pods,
  replicaSets,
  watching,
} from '@typekube/client';
import type { ControllerDeps, Runnable } from '../shared/controller-deps';
import { BY_CONTROLLER, controllerIndex } from '../shared/controller-index';
import { observePods } from '../shared/observe-pods';
import { ownerKeys } from '../shared/owner-keys';
import { retryConflicts } from '../shared/retry-conflicts';
import { ReplicaSetReconciler } from './reconcile';

const KIND = { group: 'apps', kind: 'ReplicaSet' };

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
    watches: [watching(replicaSetInformer), watching(podInformer, { mapToKeys: ownerKeys(KIND, replicaSetInformer.indexer, ({ spec }) => spec?.selector) })],
    reconcile: retryConflicts(reconciler.reconcile),
    workers,
    metrics: deps.metrics('replicaset'),
    logger: deps.logger,
    clock: deps.clock,
  });
  return {
    async run(signal) {
      const stopObserving = observePods(podInformer, expectations, keyOfController(KIND));
      try {
        await controller.run(signal);
      } finally {
        stopObserving();
      }
    },
  };
}
