import { byName, type DaemonSet, type Node, type Pod, timeOf } from '../shared/objects';
import { isPodEnded } from '../shared/pod-state';
import { nodeOfPod, REVISION_HASH } from './daemon-template';
import { nodeFit, type NodeFit } from './node-fit';

/** A node with the pods of the daemon set that are there or on their way. */
export interface NodeState extends NodeFit {
  readonly name: string;
  /** False: only pods still name it. */
  readonly exists: boolean;
  /** The oldest first, those on their node before those on their way. */
  readonly pods: readonly Pod[];
}

/** What decisions about a daemon set are made of. */
export interface DaemonState {
  readonly daemonSet: DaemonSet;
  /** The hash of the present revision. */
  readonly hash: string;
  /** All nodes there are, and those that only pods name, in the order of their names. */
  readonly nodes: readonly NodeState[];
  readonly now: number;
}

export interface Observed {
  readonly daemonSet: DaemonSet;
  readonly hash: string;
  readonly nodes: readonly Node[];
  /** All that the daemon set controls. */
  readonly pods: readonly Pod[];
  readonly now: number;
}

/** Pods that have ended and are being deleted are none of the daemon set's business any more. (getNodesToDaemonPods) */
export function daemonState({ daemonSet, hash, nodes, pods, now }: Observed): DaemonState {
  const byNode = new Map<string, Pod[]>();
  for (const pod of pods) {
    const node = nodeOfPod(pod);
    if (node === undefined || (isPodEnded(pod) && pod.metadata.deletionTimestamp)) continue;
    byNode.set(node, [...(byNode.get(node) ?? []), pod]);
  }
  for (const list of byNode.values()) list.sort(byAge);
  const fit = nodeFit(daemonSet);
  const states: NodeState[] = [...nodes].sort(byName).map((node) => {
    const { name = '' } = node.metadata;
    return { name, exists: true, ...fit(node), pods: byNode.get(name) ?? [] };
  });
  const known = new Set(states.map(({ name }) => name));
  for (const [name, list] of byNode) {
    if (!known.has(name)) states.push({ name, exists: false, shouldRun: false, mayStay: false, pods: list });
  }
  return { daemonSet, hash, nodes: states, now };
}

export function isOfRevision({ metadata }: Pod, hash: string): boolean {
  return metadata.labels?.[REVISION_HASH] === hash;
}

/** (podByCreationTimestampAndPhase) */
function byAge(a: Pod, b: Pod): number {
  const placed = Number(!a.spec?.nodeName) - Number(!b.spec?.nodeName);
  return placed || timeOf(a.metadata.creationTimestamp) - timeOf(b.metadata.creationTimestamp) || byName(a, b);
}
