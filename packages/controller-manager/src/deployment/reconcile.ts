import type { appsv1, corev1 } from '@typekube/api';
import type { Indexer, ReconcileContext, Requeue } from '@typekube/client';
import type { ControllerDeps } from '../shared/controller-deps';
import { DeploymentSync } from './deployment-sync';

/** What the controller reads and writes. */
export interface DeploymentWorld {
  readonly deps: ControllerDeps;
  readonly deployments: Indexer<appsv1.Deployment>;
  readonly replicaSets: Indexer<appsv1.ReplicaSet>;
  readonly pods: Indexer<corev1.Pod>;
}

/** Brings one deployment a step nearer to its template and size; each change of its replica sets wakes it for the next step. */
export function deploymentReconciler(world: DeploymentWorld) {
  return async (key: string, { signal }: ReconcileContext): Promise<void | Requeue> => {
    const deployment = world.deployments.get(key);
    if (deployment) return new DeploymentSync(world, deployment, signal).run();
  };
}
