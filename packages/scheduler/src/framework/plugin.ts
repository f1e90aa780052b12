import type { NodeInfo } from '../cache/node-info';
import type { PodInfo } from '../cache/pod-info';
import type { CycleState } from './cycle-state';
import type { NodeStatuses } from './diagnosis';
import type { EventToRegister } from './events';
import type { Pod } from './objects';
import type { QueuedPod } from './queued-pod';
import type { Status } from './status';

/** The nodes that PreFilter leaves over. */
export interface PreFilterOutcome {
  /** The only nodes worth looking at; absent for all. */
  readonly nodeNames?: ReadonlySet<string>;
  readonly status?: Status;
}

export interface PostFilterOutcome {
  /** The node that the pod is to have next; empty takes an earlier nomination back, absent leaves it. */
  readonly nominatedNodeName?: string;
  readonly status: Status;
}

/** One node's score, 0 to 100 after normalizing. */
export interface NodeScore {
  readonly node: NodeInfo;
  score: number;
}

export interface PermitOutcome {
  readonly status: Status | undefined;
  /** How long to wait at most, in milliseconds, where the code is Wait. */
  readonly timeoutMilliseconds?: number;
}

export const MAX_NODE_SCORE = 100;

/**
 * A scheduler plugin: a plain class with those of upstream's extension points that it needs. The points of the scheduling cycle
 * (all up to Permit, but for PostFilter) are synchronous: they see one moment of the cluster and nothing changes under them.
 * `undefined` as a status is success. What a plugin throws becomes a status of code Error.
 */
export interface Plugin {
  readonly name: string;
  /** Whether a pod may enter the queue at all. */
  preEnqueue?(pod: Pod): Status | undefined;
  /** Whether `a` is to be scheduled before `b`. Exactly one plugin of a scheduler sorts. */
  less?(a: QueuedPod, b: QueuedPod): boolean;
  /** The events that may help the pods this plugin refuses. Without it, any event is taken for help. */
  eventsToRegister?(): readonly EventToRegister[];
  /** Looks at the pod once, before all nodes; Skip leaves this plugin's `filter` out. */
  preFilter?(state: CycleState, pod: Pod, nodes: readonly NodeInfo[]): PreFilterOutcome | undefined;
  /** Brings what `preFilter` has noted up to date as if that pod were on the node. For trying what would be. */
  addPod?(state: CycleState, pod: Pod, added: PodInfo, node: NodeInfo): void;
  removePod?(state: CycleState, pod: Pod, removed: PodInfo, node: NodeInfo): void;
  /** Whether the pod can run on the node. */
  filter?(state: CycleState, pod: Pod, node: NodeInfo): Status | undefined;
  /** Called when no node fits: may make room. */
  postFilter?(state: CycleState, pod: Pod, statuses: NodeStatuses): Promise<PostFilterOutcome>;
  /** Looks once at the nodes that fit; Skip leaves this plugin's `score` out. */
  preScore?(state: CycleState, pod: Pod, nodes: readonly NodeInfo[]): Status | undefined;
  /** How good the node is; whole numbers, 0 to 100 unless `normalizeScores` brings them there. */
  score?(state: CycleState, pod: Pod, node: NodeInfo): number;
  normalizeScores?(state: CycleState, pod: Pod, scores: readonly NodeScore[]): void;
  /** Takes what the pod will need of the node. Must bear to be undone. */
  reserve?(state: CycleState, pod: Pod, nodeName: string): Status | undefined;
  /** Undoes `reserve`, also where that was never called. Must not fail. */
  unreserve?(state: CycleState, pod: Pod, nodeName: string): void;
  /** Lets the pod be bound, refuses it, or has it wait. */
  permit?(state: CycleState, pod: Pod, nodeName: string): PermitOutcome;
  preBind?(state: CycleState, pod: Pod, nodeName: string): Promise<Status | undefined>;
  /** Binds the pod; Skip passes it on to the next plugin. */
  bind?(state: CycleState, pod: Pod, nodeName: string): Promise<Status | undefined>;
  postBind?(state: CycleState, pod: Pod, nodeName: string): void;
}

/** The names of the extension points in a KubeSchedulerConfiguration. */
export const EXTENSION_POINTS = [
  'preEnqueue',
  'queueSort',
  'preFilter',
  'filter',
  'postFilter',
  'preScore',
  'score',
  'reserve',
  'permit',
  'preBind',
  'bind',
  'postBind',
] as const;

export type ExtensionPoint = (typeof EXTENSION_POINTS)[number];

/** Whether the plugin has anything at that extension point. */
export function implementsPoint(plugin: Plugin, point: ExtensionPoint): boolean {
  if (point === 'queueSort') return plugin.less !== undefined;
  if (point === 'reserve') return plugin.reserve !== undefined || plugin.unreserve !== undefined;
  return plugin[point] !== undefined;
}
