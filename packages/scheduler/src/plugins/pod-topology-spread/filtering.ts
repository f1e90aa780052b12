import { RequiredNodes } from '@typekube/apimachinery';
import type { NodeInfo } from '../../cache/node-info';
import type { PodInfo } from '../../cache/pod-info';
import { StateKey } from '../../framework/cycle-state';
import type { Pod } from '../../framework/objects';
import { type Status, unresolvable, unschedulable } from '../../framework/status';
import { type Constraint, countMatching, hasAllTopologies, includesNode } from './constraint';
import { CriticalPaths } from './critical-paths';

/** One constraint with how many pods there are in each topology. */
interface Spread {
  readonly constraint: Constraint;
  readonly counts: Map<string, number>;
  readonly paths: CriticalPaths;
}

export type SpreadState = readonly Spread[];

export const spreadState = new StateKey<SpreadState>('PreFilterPodTopologySpread', (state) =>
  state.map(({ constraint, counts, paths }) => ({ constraint, counts: new Map(counts), paths: paths.clone() })),
);

const SKEWED = unschedulable("node(s) didn't match pod topology spread constraints");
const NO_LABEL = unresolvable("node(s) didn't match pod topology spread constraints (missing required label)");

/** Counts the pods that the constraints mean, in all topologies of nodes that count. */
export function countSpread(pod: Pod, constraints: readonly Constraint[], nodes: readonly NodeInfo[]): SpreadState {
  const required = RequiredNodes.of(pod);
  const state = constraints.map((constraint) => ({ constraint, counts: new Map<string, number>(), paths: new CriticalPaths() }));
  for (const node of nodes) {
    if (!hasAllTopologies(node, constraints)) continue;
    for (const { constraint, counts } of state) {
      if (!includesNode(constraint, pod, node, required)) continue;
      const value = node.labels[constraint.topologyKey] ?? '';
      counts.set(value, (counts.get(value) ?? 0) + countMatching(node, constraint.selector, pod.metadata.namespace));
    }
  }
  for (const { counts, paths } of state) for (const [value, count] of counts) paths.update(value, count);
  return state;
}

/** Counts a pod that comes to a node (1) or leaves it (-1). */
export function updateSpread(
  state: SpreadState,
  pod: Pod,
  { changed, node, times }: { changed: PodInfo; node: NodeInfo; times: 1 | -1 },
): void {
  const { namespace, labels } = changed.pod.metadata;
  if (
    namespace !== pod.metadata.namespace ||
    !hasAllTopologies(
      node,
      state.map(({ constraint }) => constraint),
    )
  )
    return;
  const required = RequiredNodes.of(pod);
  for (const { constraint, counts, paths } of state) {
    if (!constraint.selector.matches(labels) || !includesNode(constraint, pod, node, required)) continue;
    const value = node.labels[constraint.topologyKey] ?? '';
    const count = (counts.get(value) ?? 0) + times;
    counts.set(value, count);
    paths.update(value, count);
  }
}

/** Whether with the pod no topology of the node has more than maxSkew pods above the topology with the fewest. */
export function checkSpread(state: SpreadState, pod: Pod, node: NodeInfo): Status | undefined {
  for (const { constraint, counts, paths } of state) {
    const value = node.labels[constraint.topologyKey];
    if (value === undefined) return NO_LABEL;
    const minimum = counts.size < constraint.minDomains ? 0 : paths.minimum;
    const self = constraint.selector.matches(pod.metadata.labels) ? 1 : 0;
    if ((counts.get(value) ?? 0) + self - minimum > constraint.maxSkew) return SKEWED;
  }
  return undefined;
}
