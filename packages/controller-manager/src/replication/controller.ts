import type { corev1 } from '@typekube/api';
import { replicationControllers } from '@typekube/client';
import { replicasController } from '../replicaset/controller';
import type { ReplicaKind } from '../replicaset/replica-kind';
import type { ControllerDeps, Runnable } from '../shared/controller-deps';

export const REPLICATION_CONTROLLERS: ReplicaKind<corev1.ReplicationController> = {
  resource: replicationControllers,
  apiVersion: 'v1',
  queue: 'replicationmanager',
  // None at all selects nothing, where an empty one would select everything.
  selectorOf: ({ spec }) => spec?.selector && { matchLabels: spec.selector },
  replicated: (controller) => controller,
  // Their status has no count of pods that are being deleted.
  withStatus: (controller, { terminatingReplicas: _, ...status }) => ({ ...controller, status }),
};

/** Keeps the number of pods that each replication controller wants, as replica sets are kept. */
export function replicationController(deps: ControllerDeps, workers: number): Runnable {
  return replicasController(REPLICATION_CONTROLLERS, deps, workers);
}
