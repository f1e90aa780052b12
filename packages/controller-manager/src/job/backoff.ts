import { type Pod, timeOf } from '../shared/objects';

/** Failures since the last success, by which the pause before the next pod grows. */
export interface Backoff {
  readonly failures: number;
  /** In milliseconds; of no meaning where there are no failures. */
  readonly lastFailure: number;
}

export const NO_BACKOFF: Backoff = { failures: 0, lastFailure: 0 };

const FIRST_MILLISECONDS = 10_000;
const LONGEST_MILLISECONDS = 600_000;

/** What is known after these pods have ended too. (newBackoffRecord) */
export function backoffAfter(before: Backoff, succeeded: readonly Pod[], failed: readonly Pod[]): Backoff {
  const lastSuccess = Math.max(...succeeded.map(endOf));
  const since = failed.map(endOf).filter((time) => time > lastSuccess);
  if (succeeded.length > 0) return since.length === 0 ? NO_BACKOFF : { failures: since.length, lastFailure: Math.max(...since) };
  if (failed.length === 0) return before;
  return { failures: before.failures + failed.length, lastFailure: Math.max(...since) };
}

/** How many milliseconds are left of the pause: it begins at ten seconds and doubles with each failure, up to ten minutes. */
export function backoffLeft({ failures, lastFailure }: Backoff, now: number): number {
  if (failures === 0) return 0;
  const pause = Math.min(LONGEST_MILLISECONDS, FIRST_MILLISECONDS * 2 ** Math.min(failures - 1, 30));
  return Math.max(0, lastFailure + pause - now);
}

/**
 * When a pod ended: its last container, else when it ceased to be ready, else when its deletion was asked for.
 * (getFinishedTime)
 */
export function endOf({ metadata, status }: Pod): number {
  const ends = (status?.containerStatuses ?? []).map(({ state }) => timeOf(state?.terminated?.finishedAt));
  if (ends.length > 0 && ends.every((end) => end > 0)) return Math.max(...ends);
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  if (ready?.status === 'False' && ready.lastTransitionTime) return timeOf(ready.lastTransitionTime);
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, creationTimestamp } = metadata;
  if (deletionTimestamp) return timeOf(deletionTimestamp) - deletionGracePeriodSeconds * 1000;
  return timeOf(creationTimestamp);
}
