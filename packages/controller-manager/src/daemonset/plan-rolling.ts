import type { Pod } from '../shared/objects';
import { isPodAvailable } from '../shared/pod-state';
import { type DaemonState, isOfRevision, type NodeState } from './daemon-state';
import type { DaemonPlan } from './plan-nodes';
import { updateLimits } from './rolling-maths';

/** A node as an update sees it. */
interface UpdatedNode {
  readonly node: NodeState;
  readonly newest: Pod | undefined;
  readonly old: Pod | undefined;
  /** There are several of a kind: that is cleared up first. */
  readonly isCrowded: boolean;
}

/** The next step of an update: old pods that go, and nodes that get a new pod beside the old one. (rollingUpdate) */
export function planRolling(state: DaemonState): DaemonPlan {
  const limits = updateLimits(state.daemonSet, state.nodes.filter(({ shouldRun }) => shouldRun).length);
  const nodes = state.nodes.filter(({ shouldRun, pods }) => shouldRun || pods.length > 0).map((node) => splitNode(state, node));
  return limits.maxSurge > 0 ? planSurge(state, nodes, limits.maxSurge) : planReplacement(state, nodes, limits.maxUnavailable);
}

/** (findUpdatedPodsOnNode) */
function splitNode({ hash }: DaemonState, node: NodeState): UpdatedNode {
  const pods = node.pods.filter(({ metadata }) => !metadata.deletionTimestamp);
  const newest = pods.filter((pod) => isOfRevision(pod, hash));
  const old = pods.filter((pod) => !isOfRevision(pod, hash));
  return { node, newest: newest[0], old: old[0], isCrowded: newest.length > 1 || old.length > 1 };
}

/** Old pods go: all that are not available anyway, and others as long as not too many are missing. New ones come by themselves. */
function planReplacement(state: DaemonState, nodes: readonly UpdatedNode[], maxUnavailable: number): DaemonPlan {
  const isLonelyOld = ({ newest, old, isCrowded }: UpdatedNode): boolean => !isCrowded && !newest && old !== undefined;
  const isGood = ({ newest, old, isCrowded }: UpdatedNode): boolean => !isCrowded && !old && isAvailable(state, newest);
  const olds = nodes.filter(isLonelyOld).flatMap(({ old }) => old ?? []);
  const broken = olds.filter((pod) => !isAvailable(state, pod));
  const candidates = olds.filter((pod) => isAvailable(state, pod));
  const unavailable = nodes.length - candidates.length - nodes.filter(isGood).length;
  return { create: [], delete: [...broken, ...candidates.slice(0, Math.max(0, maxUnavailable - unavailable))] };
}

/** New pods come beside old ones, which go when the new ones are available. */
function planSurge(state: DaemonState, nodes: readonly UpdatedNode[], maxSurge: number): DaemonPlan {
  const waiting = nodes.filter(({ newest, old, isCrowded }) => isCrowded || (old && newest && !isAvailable(state, newest)));
  const lonely = nodes.filter(({ newest, old, isCrowded }) => !isCrowded && old && !newest);
  const allowed = lonely.filter(({ node, old }) => node.shouldRun && !isAvailable(state, old));
  const candidates = lonely.filter(({ node, old }) => node.shouldRun && isAvailable(state, old));
  const chosen = candidates.slice(0, Math.max(0, maxSurge - waiting.length));
  return { create: [...allowed, ...chosen].map(({ node }) => node.name), delete: planSurgeDeletions(state, nodes, lonely) };
}

/** Pods of nodes that should have none go only when there are enough available ones elsewhere. */
function planSurgeDeletions(state: DaemonState, nodes: readonly UpdatedNode[], lonely: readonly UpdatedNode[]): Pod[] {
  const done = nodes.filter(({ newest, old, isCrowded }) => !isCrowded && old && isAvailable(state, newest));
  const misplaced = lonely.filter(({ node }) => !node.shouldRun);
  const broken = misplaced.filter(({ old }) => !isAvailable(state, old));
  const sunset = misplaced.filter(({ old }) => isAvailable(state, old));
  const available = nodes.filter(({ newest, old, isCrowded }) => !isCrowded && isAvailable(state, old ?? newest)).length;
  const surplus = available - state.nodes.filter(({ shouldRun }) => shouldRun).length;
  return [...done, ...broken, ...sunset.slice(0, Math.max(0, surplus))].flatMap(({ old }) => old ?? []);
}

function isAvailable({ daemonSet, now }: DaemonState, pod: Pod | undefined): boolean {
  return pod !== undefined && isPodAvailable(pod, daemonSet.spec?.minReadySeconds ?? 0, now);
}
