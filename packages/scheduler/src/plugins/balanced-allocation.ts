import type { NodeInfo } from '../cache/node-info';
import { podInfoOf } from '../cache/pod-info';
import { type CycleState, StateKey } from '../framework/cycle-state';
import type { Pod } from '../framework/objects';
import { MAX_NODE_SCORE, type Plugin } from '../framework/plugin';
import { skip, type Status } from '../framework/status';
import { AllocationScore } from './allocation';
import type { ResourceWeight } from './allocation-score';

export interface BalancedAllocationArgs {
  readonly resources: readonly ResourceWeight[];
}

/** Upstream's defaults. */
export const DEFAULT_BALANCED_ARGS: BalancedAllocationArgs = {
  resources: [
    { name: 'cpu', weight: 1 },
    { name: 'memory', weight: 1 },
  ],
};

const requestsOfCycle = new StateKey<Float64Array>('PreScoreNodeResourcesBalancedAllocation');

/** Prefers nodes on which all resources would be used to about the same degree. */
export class NodeResourcesBalancedAllocation implements Plugin {
  readonly name = 'NodeResourcesBalancedAllocation';
  private readonly allocation: AllocationScore;

  constructor({ resources }: BalancedAllocationArgs = DEFAULT_BALANCED_ARGS) {
    this.allocation = new AllocationScore(resources, 'requested', balance);
  }

  /** Pods that ask for nothing are left out: they would all go to one node. */
  preScore(state: CycleState, pod: Pod): Status | undefined {
    const requests = this.allocation.requestsOf(podInfoOf(pod));
    if (requests.every((amount) => amount === 0)) return skip;
    requestsOfCycle.write(state, requests);
    return undefined;
  }

  score(state: CycleState, _pod: Pod, node: NodeInfo): number {
    return this.allocation.score(requestsOfCycle.read(state), node);
  }
}

/** The less the used fractions deviate from each other, the higher. */
function balance(requested: Float64Array, allocatable: Float64Array): number {
  const fractions: number[] = [];
  for (let i = 0; i < requested.length; i++) {
    const capacity = allocatable[i] ?? 0;
    if (capacity > 0) fractions.push(Math.min(1, (requested[i] ?? 0) / capacity));
  }
  return Math.trunc((1 - deviation(fractions)) * MAX_NODE_SCORE);
}

/** The standard deviation; of two numbers in the form that rounds as upstream's. */
function deviation(fractions: readonly number[]): number {
  const [first = 0, second = 0] = fractions;
  if (fractions.length < 2) return 0;
  if (fractions.length === 2) return Math.abs((first - second) / 2);
  const mean = fractions.reduce((sum, fraction) => sum + fraction, 0) / fractions.length;
  return Math.sqrt(fractions.reduce((sum, fraction) => sum + (fraction - mean) ** 2, 0) / fractions.length);
}
