import { type Pod, timeOf } from './objects';

/** The pod may still do its work: it has not ended and is not being deleted. (controller.IsPodActive) */
export function isPodActive({ metadata, status }: Pod): boolean {
  return status?.phase !== 'Succeeded' && status?.phase !== 'Failed' && !metadata.deletionTimestamp;
}

/** The pod is being deleted, and has not ended yet. (controller.IsPodTerminating) */
export function isPodTerminating({ metadata, status }: Pod): boolean {
  return status?.phase !== 'Succeeded' && status?.phase !== 'Failed' && metadata.deletionTimestamp !== undefined;
}

export function isPodEnded({ status }: Pod): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}

export function isPodReady(pod: Pod): boolean {
  return readyCondition(pod)?.status === 'True';
}

/** When the pod became ready, in milliseconds; undefined where it is not ready or does not say since when. */
export function readySince(pod: Pod): number | undefined {
  const condition = readyCondition(pod);
  if (condition?.status !== 'True' || !condition.lastTransitionTime) return undefined;
  return timeOf(condition.lastTransitionTime);
}

/** Ready for at least so many seconds. (podutils.IsPodAvailable) */
export function isPodAvailable(pod: Pod, minReadySeconds: number, now: number): boolean {
  return availableIn(pod, minReadySeconds, now) === 0;
}

/** In how many milliseconds a ready pod will be available; 0 where it is, undefined where nothing is known of it. */
export function availableIn(pod: Pod, minReadySeconds: number, now: number): number | undefined {
  if (!isPodReady(pod)) return undefined;
  if (minReadySeconds === 0) return 0;
  const since = readySince(pod);
  return since === undefined ? undefined : Math.max(0, since + minReadySeconds * 1000 - now);
}

/** In how many milliseconds the next of the ready pods will be available, if any waits for that. No change of the pod will tell. */
export function nextAvailability(pods: readonly Pod[], minReadySeconds: number, now: number): number | undefined {
  const waits = pods.map((pod) => availableIn(pod, minReadySeconds, now)).filter((wait) => wait !== undefined && wait > 0);
  return waits.length > 0 ? Math.min(...waits.map((wait) => wait ?? 0)) : undefined;
}

export function restartsOf({ status }: Pod): { regular: number; sidecars: number } {
  const most = (restarts: readonly number[]): number => restarts.reduce((a, b) => Math.max(a, b), 0);
  return {
    regular: most((status?.containerStatuses ?? []).map(({ restartCount }) => restartCount)),
    sidecars: most((status?.initContainerStatuses ?? []).map(({ restartCount }) => restartCount)),
  };
}

function readyCondition({ status }: Pod): { readonly status: string; readonly lastTransitionTime?: string } | undefined {
  return status?.conditions?.find(({ type }) => type === 'Ready');
}
