import type { KubeObject } from '@typekube/apimachinery';
import { Controller, Expectations, keyOfController, pods, watching } from '@typekube/client';
import type { ControllerDeps, Runnable } from '../shared/controller-deps';
import { BY_CONTROLLER, controllerIndex } from '../shared/controller-index';
import { observePods } from '../shared/observe-pods';
import { ownerKeys } from '../shared/owner-keys';
import { retryConflicts } from '../shared/retry-conflicts';
import { ReplicasReconciler } from './reconcile';
import { REPLICA_SETS, type ReplicaKind } from './replica-kind';

/** Keeps the number of pods that each replica set wants. */
export function replicaSetController(deps: ControllerDeps, workers: number): Runnable {
  return replicasController(REPLICA_SETS, deps, workers);
}

/** Keeps the number of pods that each object of a kind wants. */
export function replicasController<T extends KubeObject>(kind: ReplicaKind<T>, deps: ControllerDeps, workers: number): Runnable {
  const expectations = new Expectations(deps.clock);
  const podInformer = deps.informers.for(pods);
  const ownerInformer = deps.informers.for(kind.resource);
  podInformer.addIndex(BY_CONTROLLER, controllerIndex);
  const reconciler = new ReplicasReconciler({
    kind,
    deps,
    owners: ownerInformer.indexer,
    pods: podInformer.indexer,
    expectations,
  });
  const controller = new Controller({
    name: kind.queue,
    watches: [
      watching(ownerInformer),
      watching(podInformer, { mapToKeys: ownerKeys(kind.resource, ownerInformer.indexer, kind.selectorOf) }),
    ],
    reconcile: retryConflicts(reconciler.reconcile),
    workers,
    metrics: deps.metrics(kind.queue),
    logger: deps.logger,
    clock: deps.clock,
  });
  return {
    async run(signal) {
      const stopObserving = observePods(podInformer, expectations, keyOfController(kind.resource));
      try {
        await controller.run(signal);
      } finally {
        stopObserving();
      }
    },
  };
}
