import { type Pod, timeOf } from './objects';
import { isPodReady, readySince, restartsOf } from './pod-state';

/** A pod that may be deleted, with how many like it run on its node. */
export interface RankedPod {
  readonly pod: Pod;
  readonly rank: number;
}

const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';
const PHASE_ORDER: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

/**
 * The order in which pods are given up: those that serve least come first. Not assigned, pending, not ready, cheap by
 * annotation, crowded, young in readiness, often restarted, newly made. (controller.ActivePodsWithRanks)
 */
export function byDeletionOrder(now: number): (a: RankedPod, b: RankedPod) => number {
  return (a, b) => {
    for (const compare of COMPARISONS) {
      const order = compare(a, b, now);
      if (order !== 0) return order;
    }
    return 0;
  };
}

/**
 * Those that are furthest come last: assigned, running, ready, ready for long, seldom restarted, old.
 * (controller.ActivePods)
 */
export function byActivity(a: Pod, b: Pod): number {
  return (
    Number(Boolean(a.spec?.nodeName)) - Number(Boolean(b.spec?.nodeName)) ||
    phaseOrder(a) - phaseOrder(b) ||
    Number(isPodReady(a)) - Number(isPodReady(b)) ||
    youngerFirst(readyTime(a), readyTime(b)) ||
    restartsOf(b).regular - restartsOf(a).regular ||
    restartsOf(b).sidecars - restartsOf(a).sidecars ||
    youngerFirst(creationTime(a), creationTime(b))
  );
}

type Comparison = (a: RankedPod, b: RankedPod, now: number) => number;

const COMPARISONS: readonly Comparison[] = [
  (a, b) => Number(Boolean(a.pod.spec?.nodeName)) - Number(Boolean(b.pod.spec?.nodeName)),
  (a, b) => phaseOrder(a.pod) - phaseOrder(b.pod),
  (a, b) => Number(isPodReady(a.pod)) - Number(isPodReady(b.pod)),
  (a, b) => deletionCost(a.pod) - deletionCost(b.pod),
  (a, b) => b.rank - a.rank,
  (a, b, now) => compareAges(a.pod, b.pod, { timeOf: readyTime, now }),
  (a, b) => restartsOf(b.pod).regular - restartsOf(a.pod).regular,
  (a, b) => restartsOf(b.pod).sidecars - restartsOf(a.pod).sidecars,
  (a, b, now) => compareAges(a.pod, b.pod, { timeOf: creationTime, now }),
];

/** No time at all is the youngest. */
function youngerFirst(a: number, b: number): number {
  return (b || Infinity) === (a || Infinity) ? 0 : (b || Infinity) - (a || Infinity);
}

function phaseOrder({ status }: Pod): number {
  return PHASE_ORDER[status?.phase ?? ''] ?? 0;
}

/** An annotation that is no number counts as none: the API server lets none in, but older objects may have it. */
function deletionCost({ metadata }: Pod): number {
  const text = metadata.annotations?.[DELETION_COST] ?? '';
  return /^(0|-?[1-9]\d*)$/.test(text) ? Number(text) : 0;
}

function readyTime(pod: Pod): number {
  return isPodReady(pod) ? (readySince(pod) ?? 0) : 0;
}

function creationTime({ metadata }: Pod): number {
  return timeOf(metadata.creationTimestamp);
}

/**
 * The younger comes first. Ages are compared by their magnitude (base 2 logarithm of nanoseconds), and those of one magnitude
 * by UID, so that a rollout's pods do not always go in the order in which they came.
 */
function compareAges(a: Pod, b: Pod, by: { readonly timeOf: (pod: Pod) => number; readonly now: number }): number {
  const [left, right] = [by.timeOf(a), by.timeOf(b)];
  if (left === right) return 0;
  if (left === 0 || right === 0) return left === 0 ? -1 : 1;
  return magnitude(by.now - left) - magnitude(by.now - right) || compareUids(a, b);
}

function compareUids(a: Pod, b: Pod): number {
  return (a.metadata.uid ?? '') < (b.metadata.uid ?? '') ? -1 : 1;
}

function magnitude(milliseconds: number): number {
  return milliseconds <= 0 ? -1 : Math.floor(Math.log2(milliseconds * 1_000_000));
}
