import { Controller, nodes, objectKey, pods, watching } from '@typekube/client';
import type { ControllerDeps, Runnable } from '../shared/controller-deps';
import { endPod } from '../shared/end-pod';
import { BY_NODE, nodeIndex } from '../shared/node-index';
import { planEviction } from './plan-eviction';

const WORKERS = 8;

/** Deletes pods from nodes with `NoExecute` taints that they do not tolerate, or no longer. */
export function taintEvictionController(deps: ControllerDeps): Runnable {
  const [podInformer, nodeInformer] = [deps.informers.for(pods), deps.informers.for(nodes)];
  podInformer.addIndex(BY_NODE, nodeIndex);
  /** When a pod's taints were first seen, for those that do not say since when they are there: as many as pods wait for their end. */
  const seen = new Map<string, { readonly uid: string | undefined; readonly at: number }>();
  return new Controller({
    name: 'taint_eviction',
    watches: [
      watching(podInformer, { when: ({ object }) => object.spec?.nodeName !== undefined }),
      watching(nodeInformer, {
        mapToKeys: ({ metadata }) => podInformer.indexer.byIndex(BY_NODE, metadata.name ?? '').map((pod) => objectKey(pod)),
        when: ({ object, old }) => Boolean(object.spec?.taints ?? old?.spec?.taints),
      }),
    ],
    reconcile: async (key, { signal }) => {
      const pod = podInformer.indexer.get(key);
      const node = pod?.spec?.nodeName ? nodeInformer.indexer.get(pod.spec.nodeName) : undefined;
      const now = deps.clock.now();
      const before = seen.get(key);
      const since = before && before.uid === pod?.metadata.uid ? before.at : now;
      const at = pod && node ? planEviction(pod, node, since) : undefined;
      if (!pod || at === undefined) return void seen.delete(key);
      seen.set(key, { uid: pod.metadata.uid, at: since });
      if (at > now) return { requeueAfterMilliseconds: at - now };
      deps.recordEvent(pod, 'Normal', 'TaintManagerEviction', `Marking for deletion Pod ${key}`);
      const disruption = { reason: 'DeletionByTaintManager', message: 'Taint manager: deleting due to NoExecute taint' };
      await endPod(deps, pod, { disruption, force: false, signal });
    },
    workers: WORKERS,
    metrics: deps.metrics('taint_eviction'),
    logger: deps.logger,
    clock: deps.clock,
  });
}
