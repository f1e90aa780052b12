import type { corev1 } from '@typekube/api';
import type { DeepReadonly } from '@typekube/client';
import type { Pod } from '../framework/objects';

type PodCondition = DeepReadonly<corev1.PodCondition>;

/**
 * The condition as it is to be written: with the old transition time where the status stays. Undefined where nothing would
 * change. (podutil.UpdatePodCondition)
 */
export function conditionToWrite(pod: Pod, condition: corev1.PodCondition, now: Date): corev1.PodCondition | undefined {
  const before = pod.status?.conditions?.find(({ type }) => type === condition.type);
  if (before && isSame(before, condition)) return undefined;
  const isTransition = before?.status !== condition.status;
  const lastTransitionTime = (!isTransition && before?.lastTransitionTime) || toSeconds(now);
  return { ...condition, lastTransitionTime };
}

function isSame(before: PodCondition, after: PodCondition): boolean {
  return (
    before.status === after.status &&
    (before.reason ?? '') === (after.reason ?? '') &&
    (before.message ?? '') === (after.message ?? '')
  );
}

/** RFC 3339 with whole seconds, as metav1.Time is written. */
function toSeconds(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}
