import type { NodeInfo } from '../cache/node-info';
import type { PodInfo } from '../cache/pod-info';
import { getAmount } from '../cache/resources';
import type { AllocationScorer, ResourceWeight } from './allocation-score';

/** Whether containers that ask for nothing count with the least amounts. */
export type Counting = 'requested' | 'nonZero';

/** How full a node would be with a pod on it, as a score. Reuses its arrays: one a plugin. */
export class AllocationScore {
  private readonly requested: Float64Array;
  private readonly allocatable: Float64Array;

  constructor(
    private readonly resources: readonly ResourceWeight[],
    private readonly counting: Counting,
    private readonly scorer: AllocationScorer,
  ) {
    this.requested = new Float64Array(resources.length);
    this.allocatable = new Float64Array(resources.length);
  }

  /** What the pod adds, resource by resource. */
  requestsOf({ requests, nonZero }: PodInfo): Float64Array {
    return Float64Array.from(this.resources, ({ name }) => {
      if (this.counting === 'nonZero' && name === 'cpu') return nonZero.milliCpu;
      if (this.counting === 'nonZero' && name === 'memory') return nonZero.memory;
      return getAmount(requests, name);
    });
  }

  score(requests: Float64Array, { columns, row }: NodeInfo): number {
    for (let i = 0; i < this.resources.length; i++) {
      const name = this.resources[i]?.name ?? '';
      const request = requests[i] ?? 0;
      const counts = request > 0 || !isScalar(name);
      this.allocatable[i] = counts ? columns.allocatable.get(name, row) : 0;
      this.requested[i] = counts ? request + this.used(name, { columns, row }) : 0;
    }
    return this.scorer(this.requested, this.allocatable);
  }

  private used(name: string, { columns, row }: Pick<NodeInfo, 'columns' | 'row'>): number {
    if (this.counting === 'nonZero' && name === 'cpu') return columns.nonZeroMilliCpu[row] ?? 0;
    if (this.counting === 'nonZero' && name === 'memory') return columns.nonZeroMemory[row] ?? 0;
    return columns.requested.get(name, row);
  }
}

/** A resource with a name of its own, which most pods do not ask for. */
function isScalar(name: string): boolean {
  return name !== 'cpu' && name !== 'memory' && name !== 'ephemeral-storage';
}
