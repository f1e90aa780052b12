import type { appsv1 } from '@typekube/api';
import {
  Controller,
  controllerOf,
  deployments,
  type Informer,
  keyOf,
  keyOfController,
  pods,
  replicaSets,
  watching,
} from '@typekube/client';
import type { ControllerDeps, Runnable } from '../shared/controller-deps';
import { BY_CONTROLLER, controllerIndex } from '../shared/controller-index';
import type { Pod } from '../shared/objects';
import { ownerKeys } from '../shared/owner-keys';
import { retryConflicts } from '../shared/retry-conflicts';
import { deploymentReconciler } from './reconcile';

const KIND = { group: 'apps', kind: 'Deployment' };
const keyOfDeployment = keyOfController(KIND);

/** Rolls out templates: replica sets come, grow, shrink and go as each deployment wants. */
export function deploymentController(deps: ControllerDeps, workers: number): Runnable {
  const deploymentInformer = deps.informers.for(deployments);
  const replicaSetInformer = deps.informers.for(replicaSets);
  const podInformer = deps.informers.for(pods);
  podInformer.addIndex(BY_CONTROLLER, controllerIndex);
  return new Controller({
    name: 'deployment',
    watches: [
      watching(deploymentInformer),
      watching(replicaSetInformer, { mapToKeys: ownerKeys(KIND, deploymentInformer.indexer, ({ spec }) => spec?.selector) }),
      // Recreate waits for the last old pod to be gone.
      watching(podInformer, { mapToKeys: keysOfPod(replicaSetInformer), when: ({ type }) => type === 'deleted' }),
    ],
    reconcile: retryConflicts(
      deploymentReconciler({
        deps,
        deployments: deploymentInformer.indexer,
        replicaSets: replicaSetInformer.indexer,
        pods: podInformer.indexer,
      }),
    ),
    workers,
    metrics: deps.metrics('deployment'),
    logger: deps.logger,
    clock: deps.clock,
  });
}

function keysOfPod({ indexer }: Informer<appsv1.ReplicaSet>): (pod: Pod) => string[] {
  return (pod) => {
    const owner = controllerOf(pod);
    const replicaSet = owner?.kind === 'ReplicaSet' ? indexer.get(keyOf(pod.metadata.namespace ?? '', owner.name)) : undefined;
    return replicaSet && replicaSet.metadata.uid === owner?.uid ? keyOfDeployment(replicaSet) : [];
  };
}
