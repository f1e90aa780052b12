import type { DaemonSetStatus } from '../shared/objects';
import { isPodAvailable, isPodReady } from '../shared/pod-state';
import { type DaemonState, isOfRevision } from './daemon-state';

export interface StatusOptions {
  /** The pods were brought to what the present generation wants. */
  readonly acted: boolean;
  /** Of names of revisions. */
  readonly collisionCount: number | undefined;
}

/** The status that nodes and pods justify; of each node its first pod counts. Whether to write it is decided by comparing. (updateDaemonSetStatus) */
export function planStatus(state: DaemonState, { acted, collisionCount }: StatusOptions): DaemonSetStatus {
  const { daemonSet, hash, now } = state;
  const { metadata, spec, status } = daemonSet;
  const wanted = state.nodes.filter(({ shouldRun }) => shouldRun);
  const first = wanted.flatMap(({ pods }) => pods.slice(0, 1));
  const available = first.filter((pod) => isPodAvailable(pod, spec?.minReadySeconds ?? 0, now)).length;
  const observed = acted ? metadata.generation : status?.observedGeneration;
  return {
    currentNumberScheduled: first.length,
    numberMisscheduled: state.nodes.filter(({ exists, shouldRun, pods }) => exists && !shouldRun && pods.length > 0).length,
    desiredNumberScheduled: wanted.length,
    numberReady: first.filter(isPodReady).length,
    ...(observed !== undefined && { observedGeneration: observed }),
    updatedNumberScheduled: first.filter((pod) => isOfRevision(pod, hash)).length,
    numberAvailable: available,
    numberUnavailable: wanted.length - available,
    ...(collisionCount !== undefined && { collisionCount }),
    ...(status?.conditions && { conditions: status.conditions }),
  };
}
