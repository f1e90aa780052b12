import { type Pod, podPriority } from '../framework/objects';
import { byImportance, startOf, type Victims } from './victims';

/** A node on which the pod would fit once the victims are gone. */
export interface Candidate {
  readonly nodeName: string;
  readonly victims: Victims;
}

/** What a candidate costs; the lower the better. */
type Cost = (victims: Victims) => number;

/** Makes every sum of priorities positive, so that fewer victims count for more than lower ones. */
const PRIORITY_SHIFT = 2 ** 31;

/** In this order; the next matters only among equals. (OrderedScoreFuncs) */
const COSTS: readonly Cost[] = [
  ({ violations }) => violations,
  ({ pods }) => highestPriority(pods),
  ({ pods }) => pods.reduce((sum, pod) => sum + podPriority(pod) + PRIORITY_SHIFT, 0),
  ({ pods }) => pods.length,
];

/**
 * The candidate that does the least harm: the fewest violated budgets, the lowest of the highest victims, the lowest sum of
 * priorities, the fewest victims, and at last the one whose most important victim has run for the shortest time.
 * (pickOneNodeForPreemption)
 */
export function chooseCandidate(candidates: readonly Candidate[]): Candidate | undefined {
  let rest = candidates;
  for (const cost of COSTS) {
    if (rest.length <= 1) return rest[0];
    const costs = rest.map(({ victims }) => cost(victims));
    const least = Math.min(...costs);
    rest = rest.filter((_, i) => costs[i] === least);
  }
  return rest.toSorted((a, b) => compare(earliestStart(b.victims), earliestStart(a.victims)))[0];
}

function highestPriority(pods: readonly Pod[]): number {
  return pods.reduce((highest, pod) => Math.max(highest, podPriority(pod)), -PRIORITY_SHIFT);
}

/** When the first of the victims of highest priority began. */
function earliestStart({ pods }: Victims): string {
  const highest = highestPriority(pods);
  const [first] = pods.filter((pod) => podPriority(pod) === highest).sort(byImportance);
  return first ? startOf(first) : '';
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
