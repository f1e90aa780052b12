import type { Pod } from '../shared/objects';
import { byDeletionOrder } from '../shared/pod-ranking';
import { isPodActive } from '../shared/pod-state';

/** Not more pods than this are made or deleted in one go (replicaset.BurstReplicas). */
export const BURST_REPLICAS = 500;

/** What brings the number of pods to what is wanted. */
export type ReplicasPlan =
  | { readonly do: 'nothing' }
  | { readonly do: 'create'; readonly count: number }
  | { readonly do: 'delete'; readonly pods: readonly Pod[] };

export interface ReplicasState {
  readonly wanted: number;
  /** The replica set's own pods that can still work. */
  readonly active: readonly Pod[];
  /** Those of all replica sets of the same owner: pods are taken first from nodes that have many of these. */
  readonly related: readonly Pod[];
  readonly now: number;
}

/** How many pods to make, or which ones to delete. (ReplicaSetController.manageReplicas) */
export function planReplicas({ wanted, active, related, now }: ReplicasState): ReplicasPlan {
  const surplus = active.length - wanted;
  if (surplus === 0) return { do: 'nothing' };
  if (surplus < 0) return { do: 'create', count: Math.min(-surplus, BURST_REPLICAS) };
  const count = Math.min(surplus, BURST_REPLICAS);
  return { do: 'delete', pods: podsToDelete({ active, related, now }, count) };
}

function podsToDelete({ active, related, now }: Omit<ReplicasState, 'wanted'>, count: number): readonly Pod[] {
  if (count >= active.length) return active;
  const perNode = new Map<string, number>();
  for (const pod of related) {
    const node = pod.spec?.nodeName;
    if (node && isPodActive(pod)) perNode.set(node, (perNode.get(node) ?? 0) + 1);
  }
  const ranked = active.map((pod) => ({ pod, rank: perNode.get(pod.spec?.nodeName ?? '') ?? 0 }));
  return ranked
    .sort(byDeletionOrder(now))
    .slice(0, count)
    .map(({ pod }) => pod);
}
