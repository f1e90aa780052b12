import type { NodeInfo } from '../cache/node-info';
import { type PodInfo, podInfoOf } from '../cache/pod-info';
import { getAmount } from '../cache/resources';
import { type CycleState, StateKey } from '../framework/cycle-state';
import { ActionType, type ClusterChange, type EventToRegister, type QueueingHint } from '../framework/events';
import { type Node, type Pod, uidOf } from '../framework/objects';
import type { Plugin, PreFilterOutcome } from '../framework/plugin';
import { failed, type Status, unresolvable, unschedulable } from '../framework/status';
import { amountOf, resourcesOf } from '../cache/resources';
import { AllocationScore } from './allocation';
import { allocationScorer, type ScoringStrategy } from './allocation-score';

export interface NodeResourcesFitArgs {
  /** Extended resources that are not looked at when filtering. */
  readonly ignoredResources: readonly string[];
  /** The same, by the part of the name before the slash. */
  readonly ignoredResourceGroups: readonly string[];
  readonly scoringStrategy: ScoringStrategy;
}

/** Upstream's defaults. */
export const DEFAULT_FIT_ARGS: NodeResourcesFitArgs = {
  ignoredResources: [],
  ignoredResourceGroups: [],
  scoringStrategy: {
    type: 'LeastAllocated',
    resources: [
      { name: 'cpu', weight: 1 },
      { name: 'memory', weight: 1 },
    ],
  },
};

const podOfCycle = new StateKey<PodInfo>('PreFilterNodeResourcesFit');
const requestsOfCycle = new StateKey<Float64Array>('PreScoreNodeResourcesFit');

/** A node must have all that the pod asks for; it scores by how full it would be, by default the emptier the better. */
export class NodeResourcesFit implements Plugin {
  readonly name = 'NodeResourcesFit';
  private readonly ignored: ReadonlySet<string>;
  private readonly ignoredGroups: ReadonlySet<string>;
  private readonly allocation: AllocationScore;

  constructor({ ignoredResources, ignoredResourceGroups, scoringStrategy }: NodeResourcesFitArgs = DEFAULT_FIT_ARGS) {
    this.ignored = new Set(ignoredResources);
    this.ignoredGroups = new Set(ignoredResourceGroups);
    this.allocation = new AllocationScore(scoringStrategy.resources, 'nonZero', allocationScorer(scoringStrategy));
  }

  eventsToRegister(): readonly EventToRegister[] {
    return [
      { resource: 'AssignedPod', action: ActionType.Delete | ActionType.UpdatePodScaleDown, hint: hintForAssignedPod },
      {
        resource: 'TargetPod',
        action: ActionType.UpdatePodScaleDown,
        hint: (pod, { newPod }) => (newPod && uidOf(newPod) === uidOf(pod) ? 'Queue' : 'Skip'),
      },
      {
        resource: 'Node',
        action: ActionType.Add | ActionType.UpdateNodeAllocatable,
        hint: (pod, change) => this.hintForNode(pod, change),
      },
    ];
  }

  preFilter(state: CycleState, pod: Pod): PreFilterOutcome | undefined {
    const info = podInfoOf(pod);
    if (info.error !== undefined) return { status: failed(info.error) };
    podOfCycle.write(state, info);
    return undefined;
  }

  filter(state: CycleState, _pod: Pod, node: NodeInfo): Status | undefined {
    const { requests } = podOfCycle.read(state);
    const { columns, row } = node;
    const { allocatable, requested } = columns;
    const missing = new Shortage();
    if ((columns.podCount[row] ?? 0) + 1 > (columns.allowedPods[row] ?? 0)) missing.add('Too many pods', false);
    if (requests.milliCpu > 0)
      missing.check('cpu', requests.milliCpu, requested.milliCpu[row] ?? 0, allocatable.milliCpu[row] ?? 0);
    if (requests.memory > 0) missing.check('memory', requests.memory, requested.memory[row] ?? 0, allocatable.memory[row] ?? 0);
    if (requests.ephemeralStorage > 0) {
      const name = 'ephemeral-storage';
      missing.check(
        name,
        requests.ephemeralStorage,
        requested.ephemeralStorage[row] ?? 0,
        allocatable.ephemeralStorage[row] ?? 0,
      );
    }
    for (const [name, amount] of requests.scalars) {
      if (amount > 0 && !this.isIgnored(name)) missing.check(name, amount, requested.get(name, row), allocatable.get(name, row));
    }
    return missing.status();
  }

  preScore(state: CycleState, pod: Pod): Status | undefined {
    requestsOfCycle.write(state, this.allocation.requestsOf(podInfoOf(pod)));
    return undefined;
  }

  score(state: CycleState, _pod: Pod, node: NodeInfo): number {
    return this.allocation.score(requestsOfCycle.read(state), node);
  }

  private isIgnored(name: string): boolean {
    return this.ignored.has(name) || (this.ignoredGroups.size > 0 && this.ignoredGroups.has(name.split('/', 1)[0] ?? ''));
  }

  /** A new node helps if the pod would fit it empty, a changed one also if it has more of something than before. */
  private hintForNode(pod: Pod, { oldNode, newNode }: ClusterChange): QueueingHint {
    if (!newNode || !this.fitsEmpty(pod, newNode)) return 'Skip';
    return !oldNode || hasMore(pod, oldNode, newNode) ? 'Queue' : 'Skip';
  }

  private fitsEmpty(pod: Pod, node: Node): boolean {
    const { requests } = podInfoOf(pod);
    const allocatable = resourcesOf(node.status?.allocatable);
    const names = ['cpu', 'memory', 'ephemeral-storage', ...requests.scalars.keys()].filter((name) => !this.isIgnored(name));
    return (
      amountOf('pods', node.status?.allocatable?.['pods'] ?? '0') >= 1 &&
      names.every((name) => getAmount(requests, name) <= getAmount(allocatable, name))
    );
  }
}

/** What a node lacks. Makes nothing while it lacks nothing: that is the common case. */
class Shortage {
  private reasons: string[] | undefined;
  private isHopeless = false;

  /** `isHopeless`: it would not be enough even on an empty node. */
  add(reason: string, isHopeless: boolean): void {
    (this.reasons ??= []).push(reason);
    this.isHopeless ||= isHopeless;
  }

  check(name: string, wanted: number, used: number, allocatable: number): void {
    if (wanted > allocatable - used) this.add(`Insufficient ${name}`, wanted > allocatable);
  }

  status(): Status | undefined {
    if (!this.reasons) return undefined;
    return this.isHopeless ? unresolvable(...this.reasons) : unschedulable(...this.reasons);
  }
}

function hintForAssignedPod(pod: Pod, { event, oldPod, newPod }: ClusterChange): QueueingHint {
  if (!oldPod?.spec?.nodeName && !newPod?.spec?.nodeName) return 'Skip';
  if (event.action === ActionType.Delete) return 'Queue';
  if (!oldPod || !newPod) return 'Queue';
  const wanted = podInfoOf(pod).requests;
  const [before, after] = [podInfoOf(oldPod).requests, podInfoOf(newPod).requests];
  const names = ['cpu', 'memory', 'ephemeral-storage', ...wanted.scalars.keys()];
  return names.some((name) => getAmount(wanted, name) > 0 && getAmount(after, name) < getAmount(before, name)) ? 'Queue' : 'Skip';
}

/** Whether a node has more than before of anything the pod needs; a place for a pod is needed always. */
function hasMore(pod: Pod, oldNode: Node, newNode: Node): boolean {
  const { requests } = podInfoOf(pod);
  const [before, after] = [oldNode.status?.allocatable ?? {}, newNode.status?.allocatable ?? {}];
  const names = ['cpu', 'memory', 'ephemeral-storage', ...requests.scalars.keys()].filter(
    (name) => getAmount(requests, name) > 0,
  );
  return ['pods', ...names].some((name) => amountOf(name, after[name] ?? '0') > amountOf(name, before[name] ?? '0'));
}
