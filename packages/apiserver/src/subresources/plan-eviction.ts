import { formatTime, newForbidden, newTooManyRequests, StatusError } from '@typekube/apimachinery';
import type { corev1, policyv1 } from '@typekube/api';

type Pod = corev1.Pod;
type Budget = policyv1.PodDisruptionBudget;

/** Pods that do not run, or are going already, disturb nobody. */
export function goesFreely({ metadata, status }: Pod): boolean {
  return metadata.deletionTimestamp !== undefined || hasEnded(status) || status?.phase === 'Pending';
}

/** Whether a pod that goes freely now might become ready before it is deleted, and then need a budget after all. */
export function mayBecomeReady({ metadata, status }: Pod): boolean {
  return metadata.deletionTimestamp === undefined && !hasEnded(status);
}

function hasEnded(status: corev1.PodStatus | undefined): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}

/** A pod that is not ready may go when it does not count as healthy anyway. */
export function mayGoUnhealthy({ spec, status }: Budget, pod: Pod): boolean {
  const isReady = pod.status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false;
  if (isReady) return false;
  if (spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow') return true;
  const { currentHealthy = 0, desiredHealthy = 0 } = status ?? {};
  return currentHealthy >= desiredHealthy && desiredHealthy > 0;
}

const MAX_DISRUPTED_PODS = 2000;

/** The budget with one disruption less, for the eviction of this pod; fails where it allows none (upstream's checkAndDecrement). */
export function spendDisruption(budget: Budget, pod: Pod, now: Date): Budget {
  const { status } = budget;
  const name = budget.metadata.name ?? '';
  if (!status || (status.observedGeneration ?? 0) < (budget.metadata.generation ?? 0)) throw stillProcessed(name);
  const allowed = status.disruptionsAllowed ?? 0;
  const disrupted = Object.keys(status.disruptedPods ?? {}).length;
  if (allowed < 0) throw newForbidden(BUDGETS, name, 'pdb disruptions allowed is negative');
  if (disrupted > MAX_DISRUPTED_PODS) {
    throw newForbidden(BUDGETS, name, 'DisruptedPods map too big - too many evictions not confirmed by PDB controller');
  }
  if (allowed === 0) throw budgetError(whyNone(name, status), 0);
  const disruptedPods = { ...status.disruptedPods, [pod.metadata.name ?? '']: formatTime(now) };
  const spent = { ...status, disruptionsAllowed: allowed - 1, disruptedPods };
  return { ...budget, status: allowed === 1 ? { ...spent, conditions: withInsufficientPods(spent, now) } : spent };
}

const BUDGETS = { group: 'policy', resource: 'poddisruptionbudget' };

/** The controller has not seen the budget's present state: the client is to ask again. */
export function stillProcessed(name: string): StatusError {
  return budgetError(`The disruption budget ${name} is still being processed by the server.`, 10);
}

function whyNone(name: string, { conditions, desiredHealthy, currentHealthy }: policyv1.PodDisruptionBudgetStatus): string {
  const failed = conditions?.find(({ type, status, reason }) => type === DISRUPTION_ALLOWED && status === 'False' && reason === 'SyncFailed');
  if (failed) return `The disruption budget ${name} does not allow evicting pods currently because it failed sync: ${failed.message}`;
  return `The disruption budget ${name} needs ${desiredHealthy ?? 0} healthy pods and has ${currentHealthy ?? 0} currently`;
}

const DISRUPTION_ALLOWED = 'DisruptionAllowed';

function withInsufficientPods({ conditions = [], observedGeneration }: policyv1.PodDisruptionBudgetStatus, now: Date): policyv1.PodDisruptionBudgetStatus['conditions'] {
  const old = conditions.find(({ type }) => type === DISRUPTION_ALLOWED);
  const condition = {
    type: DISRUPTION_ALLOWED,
    status: 'False',
    reason: 'InsufficientPods',
    message: '',
    ...(observedGeneration !== undefined && { observedGeneration }),
    lastTransitionTime: old?.status === 'False' ? old.lastTransitionTime : formatTime(now),
  };
  return old ? conditions.map((each) => (each === old ? condition : each)) : [...conditions, condition];
}

function budgetError(why: string, retryAfterSeconds: number): StatusError {
  const error = newTooManyRequests("Cannot evict pod as it would violate the pod's disruption budget.", retryAfterSeconds);
  error.status.details = { ...error.status.details, causes: [{ reason: 'DisruptionBudget', message: why }] };
  return error;
}

/** The pod with the condition that says who disrupts it, for jobs that do not count such failures. */
export function markDisrupted(pod: Pod, now: Date): Pod {
  const conditions = pod.status?.conditions ?? [];
  const old = conditions.find(({ type }) => type === 'DisruptionTarget');
  const condition: corev1.PodCondition = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'EvictionByEvictionAPI',
    message: 'Eviction API: evicting',
    lastTransitionTime: old?.status === 'True' && old.lastTransitionTime !== undefined ? old.lastTransitionTime : formatTime(now),
  };
  return { ...pod, status: { ...pod.status, conditions: old ? conditions.map((each) => (each === old ? condition : each)) : [...conditions, condition] } };
}
