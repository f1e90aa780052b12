import { type Pod, type QosClass, qosClassOf, specOf } from '../objects';
import { isMirror, isStatic } from '../static-pods/annotations';
import type { Shortage } from './predicates';
import { type Amounts, podRequests } from './requests';

/** What is wanted of others, by resource. */
type Needs = Amounts;

const SYSTEM_CRITICAL_PRIORITY = 2_000_000_000;

/** Pods that the node cannot be without (kubetypes.IsCriticalPod). */
export function isCritical(pod: Pod): boolean {
  const { priority } = specOf(pod);
  return isStatic(pod) || isMirror(pod) || (priority !== undefined && priority >= SYSTEM_CRITICAL_PRIORITY);
}

/** Whether one may take the place of the other. */
function isPreemptable(preemptor: Pod, pod: Pod): boolean {
  if (isCritical(preemptor) && !isCritical(pod)) return true;
  const [own, other] = [specOf(preemptor).priority, specOf(pod).priority];
  return own !== undefined && other !== undefined && own > other;
}

/**
 * The pods that have to go so that the preemptor fits: as few as may be, those that were promised least before others, small ones before large ones
 * (upstream's getPodsToPreempt). Pure; throws where there are not enough of them.
 */
export function podsToPreempt(preemptor: Pod, pods: readonly Pod[], shortages: readonly Shortage[]): Pod[] {
  const needs: Needs = new Map(shortages.map(({ resource, requested, used, capacity }) => [resource, requested - (capacity - used)]));
  const candidates = pods.filter((pod) => isPreemptable(preemptor, pod));
  const ofClass = (wanted: QosClass): Pod[] => candidates.filter((pod) => qosClassOf(pod) === wanted);
  const [bestEffort, burstable, guaranteed] = [ofClass('BestEffort'), ofClass('Burstable'), ofClass('Guaranteed')];
  const missing = without(needs, candidates);
  if (missing.size > 0) throw notEnough(missing);
  const fromGuaranteed = nearest(guaranteed, without(needs, [...bestEffort, ...burstable]));
  const fromBurstable = nearest(burstable, without(needs, [...bestEffort, ...fromGuaranteed]));
  const fromBestEffort = nearest(bestEffort, without(needs, [...fromBurstable, ...fromGuaranteed]));
  return [...fromBestEffort, ...fromBurstable, ...fromGuaranteed];
}

/** One after the other, each the one that leaves least to be wanted. */
function nearest(pods: readonly Pod[], needs: Needs): Pod[] {
  const chosen: Pod[] = [];
  for (let left = needs; left.size > 0; left = without(left, chosen.slice(-1))) {
    const rest = pods.filter((pod) => !chosen.includes(pod));
    const [first, ...others] = rest;
    if (!first) throw notEnough(left);
    chosen.push(others.reduce((best, pod) => (isBetter(pod, best, left) ? pod : best), first));
  }
  return chosen;
}

function isBetter(pod: Pod, best: Pod, needs: Needs): boolean {
  const [distance, bestDistance] = [distanceOf(pod, needs), distanceOf(best, needs)];
  return distance < bestDistance || (distance === bestDistance && isSmaller(pod, best));
}

function distanceOf(pod: Pod, needs: Needs): number {
  return [...needs].reduce((distance, [name, amount]) => distance + (Math.max(0, amount - given(pod, name)) / amount) ** 2, 0);
}

function isSmaller(pod: Pod, other: Pod): boolean {
  for (const name of ['memory', 'cpu']) {
    const [a, b] = [given(pod, name), given(other, name)];
    if (a !== b) return a < b;
  }
  return true;
}

function given(pod: Pod, name: string): number {
  return name === 'pods' ? 1 : (podRequests(pod).get(name) ?? 0);
}

/** What is still wanted when those are gone. */
function without(needs: Needs, pods: readonly Pod[]): Needs {
  const left = [...needs].map(([name, amount]): [string, number] => [name, pods.reduce((rest, pod) => rest - given(pod, name), amount)]);
  return new Map(left.filter(([, amount]) => amount > 0));
}

function notEnough(needs: Needs): Error {
  const list = [...needs].map(([name, amount]) => `(res: ${name}, q: ${amount}), `).join('');
  return new Error(`no set of running pods found to reclaim resources: [${list}]`);
}
