import { type AffinityTerm, type LabelsOf, termMatches } from '../../cache/affinity-term';
import type { NodeInfo } from '../../cache/node-info';
import type { PodInfo } from '../../cache/pod-info';
import { StateKey } from '../../framework/cycle-state';
import { type Status, unresolvable, unschedulable } from '../../framework/status';
import { TopologyCounts } from '../topology-counts';

/** How many pods there are by topology that matter to the pod's required terms. */
export interface AffinityCounts {
  /** Terms of existing pods that keep the pod away. */
  readonly existingAntiAffinity: TopologyCounts;
  /** Existing pods that the pod must be with: those that all of its terms mean. */
  readonly affinity: TopologyCounts;
  /** Existing pods that the pod must not be with. */
  readonly antiAffinity: TopologyCounts;
}

export const requiredState = new StateKey<AffinityCounts>('PreFilterInterPodAffinity', (counts) => ({
  existingAntiAffinity: counts.existingAntiAffinity.clone(),
  affinity: counts.affinity.clone(),
  antiAffinity: counts.antiAffinity.clone(),
}));

const EXISTING_ANTI_AFFINITY = unschedulable("node(s) didn't satisfy existing pods anti-affinity rules");
const AFFINITY = unresolvable("node(s) didn't match pod affinity rules");
const ANTI_AFFINITY = unschedulable("node(s) didn't match pod anti-affinity rules");

/** Counts over all nodes; `antiNodes` are those with pods that have required anti-affinity. */
export function countAffinity(
  pod: PodInfo,
  { nodes, antiNodes }: { readonly nodes: readonly NodeInfo[]; readonly antiNodes: readonly NodeInfo[] },
  labelsOf: LabelsOf,
): AffinityCounts {
  const counts: AffinityCounts = {
    existingAntiAffinity: new TopologyCounts(),
    affinity: new TopologyCounts(),
    antiAffinity: new TopologyCounts(),
  };
  for (const node of antiNodes) {
    for (const existing of node.podsWithRequiredAntiAffinity)
      addExistingAnti(counts, pod, { existing, node, times: 1 }, labelsOf);
  }
  if (!pod.requiredAffinity.length && !pod.requiredAntiAffinity.length) return counts;
  for (const node of nodes) {
    for (const existing of node.pods) addIncoming(counts, pod, { existing, node, times: 1 }, labelsOf);
  }
  return counts;
}

interface Placement {
  readonly existing: PodInfo;
  readonly node: NodeInfo;
  readonly times: 1 | -1;
}

/** Counts a pod that comes to a node or leaves it. */
export function updateCounts(counts: AffinityCounts, pod: PodInfo, placement: Placement, labelsOf: LabelsOf): void {
  addExistingAnti(counts, pod, placement, labelsOf);
  addIncoming(counts, pod, placement, labelsOf);
}

/** Whether required terms, the pod's own and those of existing pods, let it onto the node. */
export function checkNode(counts: AffinityCounts, pod: PodInfo, node: NodeInfo, labelsOf: LabelsOf): Status | undefined {
  if (!satisfiesAffinity(counts, pod, node, labelsOf)) return AFFINITY;
  if (!satisfiesAntiAffinity(counts, pod, node)) return ANTI_AFFINITY;
  if (!satisfiesExisting(counts, node)) return EXISTING_ANTI_AFFINITY;
  return undefined;
}

function addExistingAnti(counts: AffinityCounts, pod: PodInfo, { existing, node, times }: Placement, labelsOf: LabelsOf): void {
  for (const term of existing.requiredAntiAffinity) {
    if (termMatches(term, pod.pod, labelsOf)) addTerm(counts.existingAntiAffinity, term, node, times);
  }
}

function addIncoming(counts: AffinityCounts, pod: PodInfo, { existing, node, times }: Placement, labelsOf: LabelsOf): void {
  if (matchesAll(pod.requiredAffinity, existing, labelsOf)) {
    for (const term of pod.requiredAffinity) addTerm(counts.affinity, term, node, times);
  }
  for (const term of pod.requiredAntiAffinity) {
    if (termMatches(term, existing.pod, labelsOf)) addTerm(counts.antiAffinity, term, node, times);
  }
}

function addTerm(counts: TopologyCounts, { topologyKey }: AffinityTerm, { labels }: NodeInfo, times: number): void {
  const value = labels[topologyKey];
  if (value !== undefined) counts.add(topologyKey, value, times);
}

function matchesAll(terms: readonly AffinityTerm[], { pod }: PodInfo, labelsOf: LabelsOf): boolean {
  return terms.length > 0 && terms.every((term) => termMatches(term, pod, labelsOf));
}

function satisfiesAffinity({ affinity }: AffinityCounts, pod: PodInfo, { labels }: NodeInfo, labelsOf: LabelsOf): boolean {
  let podsExist = true;
  for (const { topologyKey } of pod.requiredAffinity) {
    const value = labels[topologyKey];
    if (value === undefined) return false;
    if (affinity.get(topologyKey, value) <= 0) podsExist = false;
  }
  // The first pod of a group that wants to be with each other may go anywhere: else none of them ever could.
  return podsExist || (affinity.isEmpty && matchesAll(pod.requiredAffinity, pod, labelsOf));
}

function satisfiesAntiAffinity({ antiAffinity }: AffinityCounts, pod: PodInfo, { labels }: NodeInfo): boolean {
  if (antiAffinity.isEmpty) return true;
  return pod.requiredAntiAffinity.every(({ topologyKey }) => {
    const value = labels[topologyKey];
    return value === undefined || antiAffinity.get(topologyKey, value) <= 0;
  });
}

function satisfiesExisting({ existingAntiAffinity }: AffinityCounts, { labels }: NodeInfo): boolean {
  for (const key of existingAntiAffinity.topologyKeys()) {
    const value = labels[key];
    if (value !== undefined && existingAntiAffinity.get(key, value) > 0) return false;
  }
  return true;
}
