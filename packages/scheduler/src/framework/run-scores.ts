import type { NodeInfo } from '../cache/node-info';
import type { CycleState } from './cycle-state';
import type { Pod } from './objects';
import { MAX_NODE_SCORE, type NodeScore, type Plugin } from './plugin';

export interface WeightedPlugin {
  readonly plugin: Plugin;
  readonly weight: number;
}

/**
 * The weighted sum of all plugins' scores for each node, in the nodes' order. Throws what a plugin throws, and where a plugin's
 * score is not from 0 to 100 after normalizing. (RunScorePlugins)
 */
export function runScores(
  plugins: readonly WeightedPlugin[],
  state: CycleState,
  pod: Pod,
  nodes: readonly NodeInfo[],
): Float64Array {
  const totals = new Float64Array(nodes.length);
  for (const { plugin, weight } of plugins) {
    if (state.skipScore.has(plugin.name)) continue;
    const scores = scoresOf(plugin, state, pod, nodes);
    for (let i = 0; i < scores.length; i++) {
      const score = scores[i]?.score ?? 0;
      if (!(score >= 0 && score <= MAX_NODE_SCORE)) throw invalidScore(plugin, score);
      totals[i] = (totals[i] ?? 0) + score * weight;
    }
  }
  return totals;
}

function scoresOf(plugin: Plugin, state: CycleState, pod: Pod, nodes: readonly NodeInfo[]): NodeScore[] {
  try {
    const scores = nodes.map((node) => ({ node, score: plugin.score?.(state, pod, node) ?? 0 }));
    plugin.normalizeScores?.(state, pod, scores);
    return scores;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(`running Score plugins: plugin "${plugin.name}" failed with: ${message}`, { cause: error });
  }
}

function invalidScore(plugin: Plugin, score: number): Error {
  const range = `should in the range of [0, ${MAX_NODE_SCORE}] after normalizing`;
  return new Error(
    `applying score defaultWeights on Score plugins: plugin "${plugin.name}" returns an invalid score ${score}, it ${range}`,
  );
}

/** Brings scores to 0..`max` by the highest one; `reverse` turns them round, so that fewer is better. (DefaultNormalizeScore) */
export function normalizeByHighest(scores: readonly NodeScore[], reverse: boolean, max: number = MAX_NODE_SCORE): void {
  const highest = scores.reduce((most, { score }) => Math.max(most, score), 0);
  for (const entry of scores) {
    const scaled = highest === 0 ? 0 : Math.trunc((max * entry.score) / highest);
    entry.score = reverse ? max - scaled : scaled;
  }
}
