import type { corev1 } from '@typekube/api';
import { namedNodes, NodeSelector, PreferredNodes, RequiredNodes } from '@typekube/apimachinery';
import type { DeepReadonly } from '@typekube/client';
import type { NodeInfo } from '../cache/node-info';
import { type CycleState, StateKey } from '../framework/cycle-state';
import { ActionType, type ClusterChange, type EventToRegister, type QueueingHint } from '../framework/events';
import { type Node, type Pod, specOf } from '../framework/objects';
import type { NodeScore, Plugin, PreFilterOutcome } from '../framework/plugin';
import { normalizeByHighest } from '../framework/run-scores';
import { skip, type Status, unresolvable } from '../framework/status';

export interface NodeAffinityArgs {
  /** Applies to all pods of the profile, besides their own affinity. */
  readonly addedAffinity?: DeepReadonly<corev1.NodeAffinity>;
}

const POD_MISMATCH = unresolvable("node(s) didn't match Pod's node affinity/selector");
const ENFORCED_MISMATCH = unresolvable("node(s) didn't match scheduler-enforced node affinity");
const CONFLICT = unresolvable('pod affinity terms conflict');

const requiredNodes = new StateKey<RequiredNodes>('PreFilterNodeAffinity');
const preferredNodes = new StateKey<PreferredNodes>('PreScoreNodeAffinity');

/** Keeps pods to the nodes that their nodeSelector and node affinity allow, and prefers those that they prefer. */
export class NodeAffinity implements Plugin {
  readonly name = 'NodeAffinity';
  private readonly added: NodeSelector | undefined;
  private readonly addedPreferences: readonly DeepReadonly<corev1.PreferredSchedulingTerm>[];

  constructor({ addedAffinity }: NodeAffinityArgs = {}) {
    const required = addedAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
    this.added = required && new NodeSelector(required.nodeSelectorTerms);
    this.addedPreferences = addedAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  }

  eventsToRegister(): readonly EventToRegister[] {
    const hint = (pod: Pod, change: ClusterChange): QueueingHint => this.hintForNode(pod, change);
    return [{ resource: 'Node', action: ActionType.Add | ActionType.UpdateNodeLabel, hint }];
  }

  preFilter(state: CycleState, pod: Pod): PreFilterOutcome | undefined {
    const { nodeSelector, affinity } = specOf(pod);
    const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
    if (!required && !this.added && !nodeSelector) return { status: skip };
    requiredNodes.write(state, RequiredNodes.of(pod));
    const nodeNames = required && nodesNamedBy(required.nodeSelectorTerms);
    if (!nodeNames) return undefined;
    return nodeNames.size ? { nodeNames } : { status: CONFLICT };
  }

  filter(state: CycleState, pod: Pod, { node }: NodeInfo): Status | undefined {
    if (!node) return POD_MISMATCH;
    if (this.added && !this.added.matches(node)) return ENFORCED_MISMATCH;
    const required = requiredNodes.find(state) ?? RequiredNodes.of(pod);
    return required.matches(node) ? undefined : POD_MISMATCH;
  }

  preScore(state: CycleState, pod: Pod): Status | undefined {
    const own = specOf(pod).affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    if (!own.length && !this.addedPreferences.length) return skip;
    preferredNodes.write(state, new PreferredNodes([...this.addedPreferences, ...own]));
    return undefined;
  }

  score(state: CycleState, _pod: Pod, { node }: NodeInfo): number {
    return node ? preferredNodes.read(state).score(node) : 0;
  }

  normalizeScores(_state: CycleState, _pod: Pod, scores: readonly NodeScore[]): void {
    normalizeByHighest(scores, false);
  }

  private hintForNode(pod: Pod, { oldNode, newNode }: ClusterChange): QueueingHint {
    const required = RequiredNodes.of(pod);
    const fits = (node: Node): boolean => (this.added?.matches(node) ?? true) && required.matches(node);
    if (!newNode || !fits(newNode)) return 'Skip';
    return oldNode && fits(oldNode) ? 'Skip' : 'Queue';
  }
}

/** The only nodes that terms allow by name; absent where a term does not name any, since terms are alternatives. */
function nodesNamedBy(terms: readonly DeepReadonly<corev1.NodeSelectorTerm>[]): ReadonlySet<string> | undefined {
  if (!terms.length) return undefined;
  const all = new Set<string>();
  for (const term of terms) {
    const names = namedNodes(term);
    if (!names) return undefined;
    for (const name of names) all.add(name);
  }
  return all;
}
