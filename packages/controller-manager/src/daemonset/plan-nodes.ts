import type { Pod } from '../shared/objects';
import { isPodAvailable, isPodReady } from '../shared/pod-state';
import { type DaemonState, isOfRevision, type NodeState } from './daemon-state';
import { allowsSurge } from './rolling-maths';

/** Pods that come and go. */
export interface DaemonPlan {
  /** Nodes that get a pod. */
  readonly create: readonly string[];
  readonly delete: readonly Pod[];
}

/** The same, and pods that have ended: they go too, failed ones not too fast after each other. */
export interface NodesPlan extends DaemonPlan {
  readonly failed: readonly EndedPod[];
  readonly succeeded: readonly EndedPod[];
}

export interface EndedPod {
  readonly pod: Pod;
  readonly node: string;
}

/** One pod for each node that should have one, and none elsewhere. (DaemonSetsController.manage) */
export function planNodes(state: DaemonState): NodesPlan {
  const plans = state.nodes.map((node) => planNode(state, node));
  return {
    create: plans.flatMap((plan) => plan.create),
    delete: plans.flatMap((plan) => plan.delete),
    failed: plans.flatMap((plan) => plan.failed),
    succeeded: plans.flatMap((plan) => plan.succeeded),
  };
}

const NOTHING: NodesPlan = { create: [], delete: [], failed: [], succeeded: [] };

/** (podsShouldBeOnNode) */
function planNode(state: DaemonState, node: NodeState): NodesPlan {
  // Pods of a gone node are the garbage collector's, but for those that never came there.
  if (!node.exists) return { ...NOTHING, delete: node.pods.filter(({ spec }) => !spec?.nodeName) };
  if (node.shouldRun && node.pods.length === 0) return { ...NOTHING, create: [node.name] };
  const staying = node.pods.filter(({ metadata }) => !metadata.deletionTimestamp);
  if (!node.mayStay) return { ...NOTHING, delete: staying };
  const ended = (phase: string): EndedPod[] =>
    staying.filter(({ status }) => status?.phase === phase).map((pod) => ({ pod, node: node.name }));
  const running = staying.filter(({ status }) => status?.phase !== 'Failed' && status?.phase !== 'Succeeded');
  const surges = allowsSurge(state.daemonSet);
  return {
    // Where two may be on a node, the next need not wait until the last is gone.
    create: surges && running.length === 0 && node.shouldRun ? [node.name] : [],
    delete: surges ? surplusOfSurge(state, running) : running.slice(1),
    failed: ended('Failed'),
    succeeded: ended('Succeeded'),
  };
}

/**
 * An old and a new pod may be together as long as the old one is ready and the new one not yet available. Of more than one of
 * a kind the oldest stays.
 */
function surplusOfSurge({ daemonSet, hash, now }: DaemonState, running: readonly Pod[]): readonly Pod[] {
  if (running.length <= 1) return [];
  const [newest, ...moreNew] = running.filter((pod) => isOfRevision(pod, hash));
  const [old, ...moreOld] = running.filter((pod) => !isOfRevision(pod, hash));
  const isDone = (): boolean =>
    newest !== undefined &&
    old !== undefined &&
    (!isPodReady(old) || isPodAvailable(newest, daemonSet.spec?.minReadySeconds ?? 0, now));
  return [...moreNew, ...moreOld, ...(old && isDone() ? [old] : [])];
}
