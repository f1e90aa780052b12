import type { policyv1 } from '@typekube/api';
import { SelectorError, selectorFromLabelSelector } from '@typekube/apimachinery';
import type { DeepReadonly } from '@typekube/client';
import type { NodeInfo } from '../cache/node-info';
import type { CycleState } from '../framework/cycle-state';
import type { Framework } from '../framework/framework';
import { type Pod, podPriority, uidOf } from '../framework/objects';
import { type Status, unresolvable } from '../framework/status';

export type Budget = DeepReadonly<policyv1.PodDisruptionBudget>;

/** Pods to take away from a node, the most important first. */
export interface Victims {
  readonly pods: readonly Pod[];
  /** How many of them a PodDisruptionBudget does not allow to go. */
  readonly violations: number;
}

export interface Attempt {
  readonly framework: Framework;
  readonly state: CycleState;
  readonly pod: Pod;
  readonly node: NodeInfo;
  readonly budgets: readonly Budget[];
}

const NO_VICTIMS = unresolvable('No preemption victims found for incoming pod');

/**
 * The fewest pods of lower priority that must go for the pod to fit the node. It takes away all of them, then gives back one
 * after the other, those first that no budget allows to go and that are most important, as long as the pod still fits. Changes
 * neither state nor node. (SelectVictimsOnNode)
 */
export function selectVictims(attempt: Attempt): Victims | Status {
  const { framework, pod, budgets } = attempt;
  const cycle = { state: attempt.state.clone(), pod, node: attempt.node.clone() };
  const lower = cycle.node.pods.map((info) => info.pod).filter((other) => podPriority(other) < podPriority(pod));
  if (!lower.length) return NO_VICTIMS;
  for (const victim of lower) framework.removeFromCycle(cycle, victim);
  const status = framework.filterWithNominated(cycle.state, pod, cycle.node);
  if (status) return status;
  const { violating, allowed } = splitByBudgets(lower.sort(byImportance), budgets);
  const mustGo = (candidate: Pod): boolean => {
    framework.addToCycle(cycle, candidate);
    if (!framework.filterWithNominated(cycle.state, pod, cycle.node)) return false;
    framework.removeFromCycle(cycle, candidate);
    return true;
  };
  const violatingVictims = violating.filter(mustGo);
  const pods = [...violatingVictims, ...allowed.filter(mustGo)].sort(byImportance);
  return { pods, violations: violatingVictims.length };
}

export function isVictims(outcome: Victims | Status): outcome is Victims {
  return 'pods' in outcome;
}

/** The more important first: of higher priority, then who has run for longer. (util.MoreImportantPod) */
export function byImportance(a: Pod, b: Pod): number {
  return podPriority(b) - podPriority(a) || compareText(startOf(a), startOf(b)) || compareText(uidOf(a), uidOf(b));
}

/** When a pod began; one that has not, after all others. */
export function startOf(pod: Pod): string {
  return pod.status?.startTime ?? '9999';
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Which of the pods, in this order, budgets would not let go, once those before them are gone. (filterPodsWithPDBViolation) */
function splitByBudgets(pods: readonly Pod[], budgets: readonly Budget[]): { violating: Pod[]; allowed: Pod[] } {
  const left = budgets.map((budget) => ({ budget, disruptions: budget.status?.disruptionsAllowed ?? 0 }));
  const violating: Pod[] = [];
  const allowed: Pod[] = [];
  for (const pod of pods) {
    const covering = left.filter(({ budget }) => covers(budget, pod));
    for (const entry of covering) entry.disruptions--;
    (covering.some(({ disruptions }) => disruptions < 0) ? violating : allowed).push(pod);
  }
  return { violating, allowed };
}

/** Whether a budget counts the pod; one that is on its way out already does not count again. */
function covers({ metadata, spec, status }: Budget, pod: Pod): boolean {
  if (metadata.namespace !== pod.metadata.namespace || status?.disruptedPods?.[pod.metadata.name ?? ''] !== undefined)
    return false;
  try {
    const selector = selectorFromLabelSelector(spec?.selector);
    return !selector.isEmpty && selector.matches(pod.metadata.labels);
  } catch (error) {
    if (error instanceof SelectorError) return false;
    throw error;
  }
}
