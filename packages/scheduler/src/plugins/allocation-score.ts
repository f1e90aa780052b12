import { MAX_NODE_SCORE } from '../framework/plugin';

/** One resource that counts in a score. */
export interface ResourceWeight {
  readonly name: string;
  readonly weight: number;
}

/** A point of a utilization curve: percent in use, and a score from 0 to 10. */
export interface ShapePoint {
  readonly utilization: number;
  readonly score: number;
}

export type ScoringStrategy =
  | { readonly type: 'LeastAllocated' | 'MostAllocated'; readonly resources: readonly ResourceWeight[] }
  | {
      readonly type: 'RequestedToCapacityRatio';
      readonly resources: readonly ResourceWeight[];
      readonly shape: readonly ShapePoint[];
    };

/** The score of a node from what is used and what there is of each resource; resources that the node has none of do not count. */
export type AllocationScorer = (requested: Float64Array, allocatable: Float64Array) => number;

export function allocationScorer(strategy: ScoringStrategy): AllocationScorer {
  const { resources } = strategy;
  switch (strategy.type) {
    case 'LeastAllocated':
      return weighted(resources, leastAllocated);
    case 'MostAllocated':
      return weighted(resources, mostAllocated);
    case 'RequestedToCapacityRatio':
      return ratioScorer(resources, strategy.shape);
  }
}

function weighted(
  resources: readonly ResourceWeight[],
  scoreOf: (requested: number, allocatable: number) => number,
): AllocationScorer {
  return (requested, allocatable) => {
    let score = 0;
    let weights = 0;
    for (let i = 0; i < resources.length; i++) {
      const capacity = allocatable[i] ?? 0;
      const weight = resources[i]?.weight ?? 0;
      if (capacity === 0) continue;
      score += scoreOf(requested[i] ?? 0, capacity) * weight;
      weights += weight;
    }
    return weights === 0 ? 0 : Math.trunc(score / weights);
  };
}

function leastAllocated(requested: number, capacity: number): number {
  return requested > capacity ? 0 : Math.trunc(((capacity - requested) * MAX_NODE_SCORE) / capacity);
}

function mostAllocated(requested: number, capacity: number): number {
  return Math.trunc((Math.min(requested, capacity) * MAX_NODE_SCORE) / capacity);
}

/** The highest score that a configuration may give a point of the curve. */
const MAX_SHAPE_SCORE = 10;

function ratioScorer(resources: readonly ResourceWeight[], shape: readonly ShapePoint[]): AllocationScorer {
  const scaled = shape.map(({ utilization, score }) => ({ utilization, score: (score * MAX_NODE_SCORE) / MAX_SHAPE_SCORE }));
  return (requested, allocatable) => {
    let score = 0;
    let weights = 0;
    for (let i = 0; i < resources.length; i++) {
      const capacity = allocatable[i] ?? 0;
      const used = requested[i] ?? 0;
      if (capacity === 0) continue;
      const each = onCurve(scaled, used > capacity ? 100 : Math.trunc((used * 100) / capacity));
      if (each <= 0) continue;
      score += each * (resources[i]?.weight ?? 0);
      weights += resources[i]?.weight ?? 0;
    }
    return weights === 0 ? 0 : Math.round(score / weights);
  };
}

/** The score at a utilization: straight lines between the points, level before the first and behind the last. */
function onCurve(shape: readonly ShapePoint[], utilization: number): number {
  let before: ShapePoint | undefined;
  for (const point of shape) {
    if (utilization <= point.utilization) {
      if (!before) return point.score;
      const slope = (point.score - before.score) * (utilization - before.utilization);
      return before.score + Math.trunc(slope / (point.utilization - before.utilization));
    }
    before = point;
  }
  return before?.score ?? 0;
}
