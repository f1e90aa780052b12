import { type AffinityTerm, type LabelsOf, termMatches } from '../../cache/affinity-term';
import type { NodeInfo } from '../../cache/node-info';
import type { PodInfo } from '../../cache/pod-info';
import { StateKey } from '../../framework/cycle-state';
import { MAX_NODE_SCORE, type NodeScore } from '../../framework/plugin';
import { TopologyCounts } from '../topology-counts';

export const preferredState = new StateKey<TopologyCounts>('PreScoreInterPodAffinity');

export interface PreferenceOptions {
  /** The nodes whose pods count. */
  readonly nodes: readonly NodeInfo[];
  /** The pod prefers something itself, so that all pods count, not only those with affinity. */
  readonly hasPreferences: boolean;
  /** What an existing pod's required affinity to this one weighs. */
  readonly hardWeight: number;
  readonly labelsOf: LabelsOf;
}

/** What each topology is worth to the pod and to the existing pods. */
export function preferenceScores(
  pod: PodInfo,
  { nodes, hasPreferences, hardWeight, labelsOf }: PreferenceOptions,
): TopologyCounts {
  const scores = new TopologyCounts();
  for (const node of nodes) {
    const add = (term: AffinityTerm, meant: PodInfo, weight: number): void => {
      const value = node.labels[term.topologyKey];
      if (value !== undefined && weight !== 0 && termMatches(term, meant.pod, labelsOf))
        scores.add(term.topologyKey, value, weight);
    };
    for (const existing of hasPreferences ? node.pods : node.podsWithAffinity) {
      for (const term of pod.preferredAffinity) add(term, existing, term.weight);
      for (const term of pod.preferredAntiAffinity) add(term, existing, -term.weight);
      for (const term of existing.requiredAffinity) add(term, pod, hardWeight);
      for (const term of existing.preferredAffinity) add(term, pod, term.weight);
      for (const term of existing.preferredAntiAffinity) add(term, pod, -term.weight);
    }
  }
  return scores;
}

/** Brings scores, which may be negative, to 0..100: the lowest is 0, the highest 100; all 0 where they are equal. */
export function normalizeRange(scores: readonly NodeScore[]): void {
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  for (const { score } of scores) {
    lowest = Math.min(lowest, score);
    highest = Math.max(highest, score);
  }
  const range = highest - lowest;
  for (const entry of scores) entry.score = range > 0 ? Math.trunc(MAX_NODE_SCORE * ((entry.score - lowest) / range)) : 0;
}
