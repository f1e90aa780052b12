import { type Node, nodeName, type Pod } from '../framework/objects';
import { SchedulerCache } from './cache';
import type { NodeInfo } from './node-info';

/**
 * The nodes of one scheduling cycle. It copies nothing: a cycle is synchronous, so the cache cannot change under it; what is
 * kept past the cycle is to be cloned.
 */
export interface Snapshot {
  /** All nodes, the zones taking turns. */
  readonly nodes: readonly NodeInfo[];
  readonly nodesWithAffinityPods: readonly NodeInfo[];
  readonly nodesWithRequiredAntiAffinityPods: readonly NodeInfo[];
  get(nodeName: string): NodeInfo | undefined;
}

/** The snapshot of nodes and the pods on them (by their spec.nodeName), by hand. */
export function snapshotOf(nodes: readonly Node[], pods: readonly Pod[] = []): Snapshot {
  const cache = new SchedulerCache();
  for (const node of nodes) cache.addNode(node);
  for (const pod of pods) {
    if (nodes.some((node) => nodeName(node) === pod.spec?.nodeName)) cache.addPod(pod);
  }
  return cache.snapshot();
}
