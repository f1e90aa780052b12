import type { corev1 } from '@typekube/api';
import type { DeepReadonly } from '@typekube/client';
import type { NodeInfo } from '../cache/node-info';
import type { PodInfo } from '../cache/pod-info';
import type { CycleState } from '../framework/cycle-state';
import { ActionType, type ClusterChange, type EventToRegister, type QueueingHint } from '../framework/events';
import type { PluginHandle } from '../framework/handle';
import { type Node, type Pod, specOf, uidOf } from '../framework/objects';
import type { NodeScore, Plugin, PreFilterOutcome } from '../framework/plugin';
import { skip, type Status } from '../framework/status';
import { type Constraint, HOSTNAME_LABEL, readConstraints } from './pod-topology-spread/constraint';
import { checkSpread, countSpread, spreadState, updateSpread } from './pod-topology-spread/filtering';
import { countSoftSpread, normalizeSpread, scoreSpread, softSpreadState } from './pod-topology-spread/scoring';

export interface PodTopologySpreadArgs {
  /** `System` for upstream's own defaults, `List` for those given. */
  readonly defaultingType: 'System' | 'List';
  /** The constraints of pods that have none of their own; their selectors come from the pod's services and controller. */
  readonly defaultConstraints: readonly DeepReadonly<corev1.TopologySpreadConstraint>[];
}

/** Upstream's defaults. */
export const DEFAULT_SPREAD_ARGS: PodTopologySpreadArgs = { defaultingType: 'System', defaultConstraints: [] };

const SYSTEM_CONSTRAINTS: readonly DeepReadonly<corev1.TopologySpreadConstraint>[] = [
  { topologyKey: HOSTNAME_LABEL, whenUnsatisfiable: 'ScheduleAnyway', maxSkew: 3 },
  { topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'ScheduleAnyway', maxSkew: 5 },
];

/** Spreads the pods that a selector means over topologies such as zones and hosts. */
export class PodTopologySpread implements Plugin {
  readonly name = 'PodTopologySpread';
  private readonly defaults: readonly DeepReadonly<corev1.TopologySpreadConstraint>[];
  private readonly isSystemDefaulted: boolean;

  constructor(
    private readonly handle: Pick<PluginHandle, 'snapshot' | 'cluster'>,
    { defaultingType, defaultConstraints }: PodTopologySpreadArgs = DEFAULT_SPREAD_ARGS,
  ) {
    this.isSystemDefaulted = defaultingType === 'System';
    this.defaults = this.isSystemDefaulted ? SYSTEM_CONSTRAINTS : defaultConstraints;
  }

  eventsToRegister(): readonly EventToRegister[] {
    const podActions = ActionType.Add | ActionType.UpdatePodLabel | ActionType.Delete;
    const nodeActions = ActionType.Add | ActionType.Delete | ActionType.UpdateNodeLabel | ActionType.UpdateNodeTaint;
    return [
      { resource: 'AssignedPod', action: podActions, hint: (pod, change) => this.hintForPod(pod, change) },
      { resource: 'TargetPod', action: ActionType.UpdatePodLabel | ActionType.UpdatePodToleration },
      { resource: 'Node', action: nodeActions, hint: (pod, change) => this.hintForNode(pod, change) },
    ];
  }

  preFilter(state: CycleState, pod: Pod, nodes: readonly NodeInfo[]): PreFilterOutcome | undefined {
    const constraints = this.constraints(pod, 'DoNotSchedule');
    if (!constraints.length) return { status: skip };
    spreadState.write(state, countSpread(pod, constraints, nodes));
    return undefined;
  }

  addPod(state: CycleState, pod: Pod, added: PodInfo, node: NodeInfo): void {
    const spread = spreadState.find(state);
    if (spread) updateSpread(spread, pod, { changed: added, node, times: 1 });
  }

  removePod(state: CycleState, pod: Pod, removed: PodInfo, node: NodeInfo): void {
    const spread = spreadState.find(state);
    if (spread) updateSpread(spread, pod, { changed: removed, node, times: -1 });
  }

  filter(state: CycleState, pod: Pod, node: NodeInfo): Status | undefined {
    return checkSpread(spreadState.read(state), pod, node);
  }

  preScore(state: CycleState, pod: Pod, feasible: readonly NodeInfo[]): Status | undefined {
    const constraints = this.constraints(pod, 'ScheduleAnyway');
    if (!constraints.length) return skip;
    const requireAll = hasOwnConstraints(pod) || !this.isSystemDefaulted;
    const allNodes = this.handle.snapshot().nodes;
    softSpreadState.write(state, countSoftSpread({ pod, constraints, allNodes, feasible, requireAll }));
    return undefined;
  }

  score(state: CycleState, pod: Pod, node: NodeInfo): number {
    return scoreSpread(softSpreadState.read(state), pod, node);
  }

  normalizeScores(state: CycleState, _pod: Pod, scores: readonly NodeScore[]): void {
    normalizeSpread(softSpreadState.read(state), scores);
  }

  private constraints(pod: Pod, whenUnsatisfiable: string): Constraint[] {
    if (hasOwnConstraints(pod)) return readConstraints(pod, specOf(pod).topologySpreadConstraints ?? [], whenUnsatisfiable);
    const defaults = readConstraints(pod, this.defaults, whenUnsatisfiable);
    if (!defaults.length) return [];
    const selector = this.handle.cluster.ownersSelector(pod);
    return selector.isEmpty || selector.matchesNothing ? [] : defaults.map((constraint) => ({ ...constraint, selector }));
  }

  /** A pod that is counted came, went, or began or ceased to be counted. */
  private hintForPod(pod: Pod, { oldPod, newPod }: ClusterChange): QueueingHint {
    const changed = newPod ?? oldPod;
    if (changed && uidOf(changed) !== uidOf(pod) && changed.metadata.namespace !== pod.metadata.namespace) return 'Skip';
    const counts = (other: Pod | undefined, { selector }: Constraint): boolean =>
      other !== undefined && selector.matches(other.metadata.labels);
    const helps = this.constraints(pod, 'DoNotSchedule').some(
      (constraint) => counts(oldPod, constraint) !== counts(newPod, constraint),
    );
    return helps ? 'Queue' : 'Skip';
  }

  /** A node with all topologies came or went, or changed one of them or its taints. */
  private hintForNode(pod: Pod, { oldNode, newNode }: ClusterChange): QueueingHint {
    const constraints = this.constraints(pod, 'DoNotSchedule');
    const hasAll = (node: Node | undefined): boolean =>
      constraints.every(({ topologyKey }) => node?.metadata.labels?.[topologyKey] !== undefined);
    if (hasAll(oldNode) !== hasAll(newNode)) return 'Queue';
    if (!oldNode || !newNode || !hasAll(newNode)) return 'Skip';
    const moved = constraints.some(
      ({ topologyKey }) => oldNode.metadata.labels?.[topologyKey] !== newNode.metadata.labels?.[topologyKey],
    );
    return moved || constraints.some(({ honorsTaints }) => honorsTaints) ? 'Queue' : 'Skip';
  }
}

function hasOwnConstraints(pod: Pod): boolean {
  return (specOf(pod).topologySpreadConstraints?.length ?? 0) > 0;
}
