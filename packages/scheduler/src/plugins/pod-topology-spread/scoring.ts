import { RequiredNodes } from '@typekube/apimachinery';
import type { NodeInfo } from '../../cache/node-info';
import { StateKey } from '../../framework/cycle-state';
import type { Pod } from '../../framework/objects';
import { MAX_NODE_SCORE, type NodeScore } from '../../framework/plugin';
import { type Constraint, countMatching, hasAllTopologies, HOSTNAME_LABEL, includesNode } from './constraint';

interface SoftSpread {
  readonly constraint: Constraint;
  /** The pods in each topology that has a node to score; for host names they are counted when scoring. */
  readonly counts: Map<string, number>;
  /** Larger where there are more topologies, so that the counts of few ones do not vanish beside those of many. */
  readonly weight: number;
}

export interface SoftSpreadState {
  readonly spreads: readonly SoftSpread[];
  /** Nodes without all labels; they get nothing. */
  readonly ignored: ReadonlySet<string>;
}

export const softSpreadState = new StateKey<SoftSpreadState>('PreScorePodTopologySpread');

export interface SoftSpreadOptions {
  readonly pod: Pod;
  readonly constraints: readonly Constraint[];
  readonly allNodes: readonly NodeInfo[];
  /** The nodes to score. */
  readonly feasible: readonly NodeInfo[];
  /** Nodes must have the labels of all constraints to count. */
  readonly requireAll: boolean;
}

/** Counts the pods in the topologies of the nodes to score. */
export function countSoftSpread({ pod, constraints, allNodes, feasible, requireAll }: SoftSpreadOptions): SoftSpreadState {
  const scored = requireAll ? feasible.filter((node) => hasAllTopologies(node, constraints)) : feasible;
  const ignored = new Set(
    requireAll ? feasible.filter((node) => !hasAllTopologies(node, constraints)).map(({ name }) => name) : [],
  );
  const spreads = constraints.map((constraint) => {
    const isHostname = constraint.topologyKey === HOSTNAME_LABEL;
    const counts = new Map(
      isHostname ? [] : scored.map((node): [string, number] => [node.labels[constraint.topologyKey] ?? '', 0]),
    );
    return { constraint, counts, weight: Math.log((isHostname ? scored.length : counts.size) + 2) };
  });
  const required = RequiredNodes.of(pod);
  for (const node of allNodes) {
    if (requireAll && !hasAllTopologies(node, constraints)) continue;
    for (const { constraint, counts } of spreads) {
      const value = node.labels[constraint.topologyKey] ?? '';
      const before = counts.get(value);
      if (before === undefined || !includesNode(constraint, pod, node, required)) continue;
      counts.set(value, before + countMatching(node, constraint.selector, pod.metadata.namespace));
    }
  }
  return { spreads, ignored };
}

/** The pods that share the node's topologies: fewer is better, which normalizing turns round. */
export function scoreSpread({ spreads, ignored }: SoftSpreadState, pod: Pod, node: NodeInfo): number {
  if (ignored.has(node.name)) return 0;
  let score = 0;
  for (const { constraint, counts, weight } of spreads) {
    const value = node.labels[constraint.topologyKey];
    if (value === undefined) continue;
    const isHostname = constraint.topologyKey === HOSTNAME_LABEL;
    const count = isHostname ? countMatching(node, constraint.selector, pod.metadata.namespace) : (counts.get(value) ?? 0);
    score += count * weight + (constraint.maxSkew - 1);
  }
  return Math.round(score);
}

export function normalizeSpread({ ignored }: SoftSpreadState, scores: readonly NodeScore[]): void {
  const counted = scores.filter(({ node }) => !ignored.has(node.name));
  let lowest = Number.POSITIVE_INFINITY;
  let highest = 0;
  for (const { score } of counted) {
    lowest = Math.min(lowest, score);
    highest = Math.max(highest, score);
  }
  for (const entry of scores) {
    if (ignored.has(entry.node.name)) entry.score = 0;
    else if (highest === 0) entry.score = MAX_NODE_SCORE;
    else entry.score = Math.trunc((MAX_NODE_SCORE * (highest + lowest - entry.score)) / highest);
  }
}
