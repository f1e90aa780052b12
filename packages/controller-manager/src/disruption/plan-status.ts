import { formatTime, getScaledValueFromIntOrPercent } from '@typekube/apimachinery';
import { type Pod, type PodDisruptionBudget, type PodDisruptionBudgetStatus, timeOf } from '../shared/objects';
import { isPodReady } from '../shared/pod-state';

type Condition = NonNullable<PodDisruptionBudgetStatus['conditions']>[number];

export interface BudgetState {
  readonly budget: PodDisruptionBudget;
  /** Those that it selects. */
  readonly pods: readonly Pod[];
  readonly expectation: Expectation;
  readonly now: number;
}

/** How many pods there should be, and how many of them healthy. */
export interface Expectation {
  readonly expectedPods: number;
  readonly desiredHealthy: number;
}

export interface BudgetPlan {
  readonly status: PodDisruptionBudgetStatus;
  /** Pods whose deletion was allowed and did not come: they count as healthy again. */
  readonly notDeleted: readonly Pod[];
  /** In how many milliseconds one more may be of these. */
  readonly recheck?: number;
}

/** So long an allowed eviction may take to become a deletion that the cache shows (disruption.DeletionTimeout). */
const DELETION_MILLISECONDS = 120_000;
const ALLOWED = 'DisruptionAllowed';

/** Whether the number of pods there should be is that of their owners, not simply that of the pods. */
export function needsScale({ spec }: PodDisruptionBudget): boolean {
  return spec?.maxUnavailable !== undefined || typeof spec?.minAvailable === 'string';
}

/** @throws where a text is no percentage. (getExpectedPodCount) */
export function planExpectation({ spec }: PodDisruptionBudget, pods: number, scale: number): Expectation {
  const { maxUnavailable, minAvailable } = spec ?? {};
  if (maxUnavailable !== undefined) {
    const unavailable = getScaledValueFromIntOrPercent(maxUnavailable, scale, true);
    return { expectedPods: scale, desiredHealthy: Math.max(0, scale - unavailable) };
  }
  if (typeof minAvailable === 'number') return { expectedPods: pods, desiredHealthy: minAvailable };
  if (minAvailable === undefined) return { expectedPods: 0, desiredHealthy: 0 };
  return { expectedPods: scale, desiredHealthy: getScaledValueFromIntOrPercent(minAvailable, scale, true) };
}

/** (trySync) */
export function planStatus({ budget, pods, expectation, now }: BudgetState): BudgetPlan {
  const { disruptedPods = {}, conditions } = budget.status ?? {};
  const listed = pods.filter(({ metadata }) => !metadata.deletionTimestamp && disruptedPods[metadata.name ?? ''] !== undefined);
  const until = ({ metadata }: Pod): number => timeOf(disruptedPods[metadata.name ?? '']) + DELETION_MILLISECONDS;
  const going = listed.filter((pod) => until(pod) >= now);
  const left = Object.fromEntries(going.map(({ metadata }) => [metadata.name, disruptedPods[metadata.name ?? ''] ?? '']));
  const healthy = pods.filter((pod) => !pod.metadata.deletionTimestamp && !going.includes(pod) && isPodReady(pod)).length;
  const { expectedPods, desiredHealthy } = expectation;
  const status: PodDisruptionBudgetStatus = {
    currentHealthy: healthy,
    desiredHealthy,
    expectedPods,
    // Where there is none yet, the first ones may be there before their budget knows of them.
    disruptionsAllowed: expectedPods > 0 ? Math.max(0, healthy - desiredHealthy) : 0,
    ...(going.length > 0 && { disruptedPods: left }),
    observedGeneration: budget.metadata.generation ?? 0,
  };
  return {
    status: { ...status, conditions: withAllowed(conditions, allowedCondition(status), now) },
    notDeleted: listed.filter((pod) => until(pod) < now),
    ...(going.length > 0 && { recheck: Math.min(...going.map(until)) - now + 1 }),
  };
}

/** Nothing may be evicted while the numbers are not known. (failSafe) */
export function planFailure({ status }: PodDisruptionBudget, message: string, now: number): PodDisruptionBudgetStatus {
  const { observedGeneration = 0 } = status ?? {};
  const failed = { type: ALLOWED, status: 'False', reason: 'SyncFailed', message, observedGeneration };
  return { ...status, disruptionsAllowed: 0, conditions: withAllowed(status?.conditions, failed, now) };
}

type Untimed = Omit<Condition, 'lastTransitionTime'>;

function allowedCondition({ disruptionsAllowed = 0, observedGeneration = 0 }: PodDisruptionBudgetStatus): Untimed {
  const isAllowed = disruptionsAllowed > 0;
  const reason = isAllowed ? 'SufficientPods' : 'InsufficientPods';
  return { type: ALLOWED, status: isAllowed ? 'True' : 'False', reason, message: '', observedGeneration };
}

/** The time of transition is that of the status, whatever else changes. */
function withAllowed(conditions: readonly Condition[] = [], next: Untimed, now: number): Condition[] {
  const current = conditions.find(({ type }) => type === next.type);
  const lastTransitionTime = current?.status === next.status ? current.lastTransitionTime : formatTime(new Date(now));
  return [...conditions.filter((each) => each !== current), { ...next, lastTransitionTime }];
}
