import type { NodeInfo } from '../cache/node-info';
import type { PodInfo } from '../cache/pod-info';
import type { CycleState } from '../framework/cycle-state';
import { ActionType, type EventToRegister } from '../framework/events';
import type { PluginHandle } from '../framework/handle';
import type { Pod } from '../framework/objects';
import type { NodeScore, Plugin, PreFilterOutcome } from '../framework/plugin';
import { failed, skip, type Status } from '../framework/status';
import { podInfoOf } from '../cache/pod-info';
import { checkNode, countAffinity, requiredState, updateCounts } from './inter-pod-affinity/required';
import { normalizeRange, preferenceScores, preferredState } from './inter-pod-affinity/preferred';
import { InterPodAffinityHints } from './inter-pod-affinity/hints';

export interface InterPodAffinityArgs {
  /** The weight of being wanted by an existing pod's required affinity; 0 to 100. */
  readonly hardPodAffinityWeight: number;
  /** Existing pods' preferences do not count unless the pod has any of its own. */
  readonly ignorePreferredTermsOfExistingPods: boolean;
}

/** Upstream's defaults. */
export const DEFAULT_INTER_POD_ARGS: InterPodAffinityArgs = {
  hardPodAffinityWeight: 1,
  ignorePreferredTermsOfExistingPods: false,
};

/** Brings pods together or keeps them apart by the labels of pods that share a topology with the node. */
export class InterPodAffinity implements Plugin {
  readonly name = 'InterPodAffinity';
  private readonly hints: InterPodAffinityHints;

  constructor(
    private readonly handle: Pick<PluginHandle, 'snapshot' | 'cluster'>,
    private readonly args: InterPodAffinityArgs = DEFAULT_INTER_POD_ARGS,
  ) {
    this.hints = new InterPodAffinityHints(this.namespaceLabels);
  }

  eventsToRegister(): readonly EventToRegister[] {
    const podActions = ActionType.Add | ActionType.UpdatePodLabel | ActionType.Delete;
    return [
      { resource: 'AssignedPod', action: podActions, hint: (pod, change) => this.hints.forAssignedPod(pod, change) },
      { resource: 'TargetPod', action: ActionType.UpdatePodLabel },
      {
        resource: 'Node',
        action: ActionType.Add | ActionType.UpdateNodeLabel,
        hint: (pod, change) => this.hints.forNode(pod, change),
      },
    ];
  }

  preFilter(state: CycleState, pod: Pod, nodes: readonly NodeInfo[]): PreFilterOutcome | undefined {
    const info = podInfoOf(pod);
    if (info.error !== undefined) return { status: failed(info.error, 'parsing pod') };
    const antiNodes = this.handle.snapshot().nodesWithRequiredAntiAffinityPods;
    const counts = countAffinity(info, { nodes, antiNodes }, this.namespaceLabels);
    if (counts.existingAntiAffinity.isEmpty && !info.requiredAffinity.length && !info.requiredAntiAffinity.length)
      return { status: skip };
    requiredState.write(state, counts);
    return undefined;
  }

  addPod(state: CycleState, pod: Pod, added: PodInfo, node: NodeInfo): void {
    const counts = requiredState.find(state);
    if (counts) updateCounts(counts, podInfoOf(pod), { existing: added, node, times: 1 }, this.namespaceLabels);
  }

  removePod(state: CycleState, pod: Pod, removed: PodInfo, node: NodeInfo): void {
    const counts = requiredState.find(state);
    if (counts) updateCounts(counts, podInfoOf(pod), { existing: removed, node, times: -1 }, this.namespaceLabels);
  }

  filter(state: CycleState, pod: Pod, node: NodeInfo): Status | undefined {
    return checkNode(requiredState.read(state), podInfoOf(pod), node, this.namespaceLabels);
  }

  preScore(state: CycleState, pod: Pod): Status | undefined {
    const info = podInfoOf(pod);
    const hasPreferences = info.preferredAffinity.length > 0 || info.preferredAntiAffinity.length > 0;
    if (!hasPreferences && this.args.ignorePreferredTermsOfExistingPods) return skip;
    const { nodes, nodesWithAffinityPods } = this.handle.snapshot();
    const scores = preferenceScores(info, {
      nodes: hasPreferences ? nodes : nodesWithAffinityPods,
      hasPreferences,
      hardWeight: this.args.hardPodAffinityWeight,
      labelsOf: this.namespaceLabels,
    });
    if (scores.isEmpty) return skip;
    preferredState.write(state, scores);
    return undefined;
  }

  score(state: CycleState, _pod: Pod, { labels }: NodeInfo): number {
    const scores = preferredState.read(state);
    let sum = 0;
    for (const key of scores.topologyKeys()) {
      const value = labels[key];
      if (value !== undefined) sum += scores.get(key, value);
    }
    return sum;
  }

  normalizeScores(_state: CycleState, _pod: Pod, scores: readonly NodeScore[]): void {
    normalizeRange(scores);
  }

  private readonly namespaceLabels = (namespace: string): Readonly<Record<string, string>> =>
    this.handle.cluster.namespaceLabels(namespace) ?? {};
}
