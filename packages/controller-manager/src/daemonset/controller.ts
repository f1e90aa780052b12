import type { appsv1, corev1 } from '@typekube/api';
import { semanticEqual } from '@typekube/apimachinery';
import {
  type Change,
  Controller,
  controllerRevisions,
  daemonSets,
  Expectations,
  type Indexer,
  keyOfController,
  nodes,
  objectKey,
  pods,
  watching,
} from '@typekube/client';
import type { ControllerDeps, Runnable } from '../shared/controller-deps';
import { BY_CONTROLLER, controllerIndex } from '../shared/controller-index';
import type { Node } from '../shared/objects';
import { observePods } from '../shared/observe-pods';
import { ownerKeys } from '../shared/owner-keys';
import { retryConflicts } from '../shared/retry-conflicts';
import { FailedPodsBackoff } from './failed-pods-backoff';
import { nodeFit } from './node-fit';
import { DaemonSetReconciler } from './reconcile';

const KIND = { group: 'apps', kind: 'DaemonSet' };

/** Keeps a pod of each daemon set on each node that it is for. */
export function daemonSetController(deps: ControllerDeps, workers: number): Runnable {
  const expectations = new Expectations(deps.clock);
  const daemonSetInformer = deps.informers.for(daemonSets);
  const revisionInformer = deps.informers.for(controllerRevisions);
  const podInformer = deps.informers.for(pods);
  const nodeInformer = deps.informers.for(nodes);
  podInformer.addIndex(BY_CONTROLLER, controllerIndex);
  revisionInformer.addIndex(BY_CONTROLLER, controllerIndex);
  const reconciler = new DaemonSetReconciler({
    deps,
    daemonSets: daemonSetInformer.indexer,
    revisions: revisionInformer.indexer,
    pods: podInformer.indexer,
    nodes: nodeInformer.indexer,
    expectations,
    failedPods: new FailedPodsBackoff(deps.clock),
  });
  const mapToKeys = ownerKeys(KIND, daemonSetInformer.indexer, ({ spec }) => spec?.selector);
  const controller = new Controller({
    name: 'daemonset',
    watches: [
      watching(daemonSetInformer),
      // Also its own: a template that changes back before the cache shows its revision is numbered by what comes then.
      watching(revisionInformer, { mapToKeys }),
      watching(podInformer, { mapToKeys }),
      watching(nodeInformer, { mapToKeys: keysOfNode(daemonSetInformer.indexer), when: mattersToDaemons }),
    ],
    reconcile: retryConflicts(reconciler.reconcile),
    workers,
    metrics: deps.metrics('daemonset'),
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

/** Nodes tell every few seconds that they are alive; only labels and taints decide what runs on them. */
function mattersToDaemons({ object, old }: Change<corev1.Node>): boolean {
  if (!old) return true;
  return !semanticEqual([old.metadata.labels, old.spec?.taints], [object.metadata.labels, object.spec?.taints]);
}

/** The daemon sets that may have a pod on a node. Of a change the node is asked for as it was and as it is. */
function keysOfNode(all: Indexer<appsv1.DaemonSet>): (node: Node) => string[] {
  return (node) => {
    const concerned = all.list().filter((daemonSet) => nodeFit(daemonSet)(node).mayStay);
    return concerned.map((daemonSet) => objectKey(daemonSet));
  };
}
