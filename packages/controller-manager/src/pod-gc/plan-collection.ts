import { byCreation, type Node, type Pod } from '../shared/objects';

/** Why a pod is collected. */
export type Cause = 'ended' | 'out-of-service' | 'node-gone' | 'never-scheduled';

export interface Collected {
  readonly pod: Pod;
  readonly because: Cause;
}

export interface CollectionState {
  readonly pods: readonly Pod[];
  readonly nodes: ReadonlyMap<string, Node>;
  /** Nodes that were found to be gone for long enough. */
  readonly goneNodes: ReadonlySet<string>;
  /** So many ended pods may stay; none are taken where it is not positive. */
  readonly threshold: number;
}

const OUT_OF_SERVICE = 'node.kubernetes.io/out-of-service';

/** Pods that no kubelet will ever finish, and ended ones that are too many. (PodGCController.gc) */
export function planCollection(state: CollectionState): Collected[] {
  const { pods, nodes, goneNodes } = state;
  const collected: Collected[] = endedBeyond(state).map((pod) => ({ pod, because: 'ended' }));
  for (const pod of pods) {
    const { nodeName } = pod.spec ?? {};
    const isGoing = pod.metadata.deletionTimestamp !== undefined;
    if (nodeName && goneNodes.has(nodeName)) collected.push({ pod, because: 'node-gone' });
    else if (isGoing && !nodeName) collected.push({ pod, because: 'never-scheduled' });
    else if (isGoing && nodeName && isOutOfService(nodes.get(nodeName))) collected.push({ pod, because: 'out-of-service' });
  }
  return collected;
}

/** Nodes that pods name and that are not there. */
export function missingNodes(pods: readonly Pod[], nodes: ReadonlyMap<string, Node>): Set<string> {
  const named = pods.map(({ spec }) => spec?.nodeName ?? '');
  return new Set(named.filter((name) => name !== '' && !nodes.has(name)));
}

/** Evicted ones go first, then the oldest. */
function endedBeyond({ pods, threshold }: CollectionState): Pod[] {
  if (threshold <= 0) return [];
  const ended = pods.filter(({ status }) => !['Pending', 'Running', 'Unknown'].includes(status?.phase ?? 'Pending'));
  const isEvicted = ({ status }: Pod): boolean => status?.phase === 'Failed' && status.reason === 'Evicted';
  const ordered = ended.sort((a, b) => Number(isEvicted(b)) - Number(isEvicted(a)) || byCreation(a, b));
  return ordered.slice(0, Math.max(0, ended.length - threshold));
}

/** Someone has said that the node is off, and it does not answer. */
function isOutOfService(node: Node | undefined): boolean {
  const isTainted = node?.spec?.taints?.some(({ key }) => key === OUT_OF_SERVICE) ?? false;
  const isReady = node?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
  return isTainted && !isReady;
}
