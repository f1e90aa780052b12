import type { corev1 } from '@typekube/api';
import { isRestartedAfter, isSidecar, type Pod, specOf } from '../objects';

export type Phase = 'Pending' | 'Running' | 'Succeeded' | 'Failed';

/** The phase that follows from the containers' statuses (kubelet's getPhase). */
export function phaseOf(
  pod: Pod,
  statuses: { init: readonly corev1.ContainerStatus[]; main: readonly corev1.ContainerStatus[] },
  isTerminal: boolean,
): Phase {
  const { containers } = specOf(pod);
  const init = countInit(pod, statuses.init);
  if (init.failed > 0) return 'Failed';
  const { waiting, running, stopped, succeeded } = countMain(statuses.main);
  const unknown = containers.length - statuses.main.length;
  if (init.pending > 0 || waiting > 0) return isTerminal ? 'Failed' : 'Pending';
  if (running > 0 && unknown === 0) return 'Running';
  if (stopped === 0 || unknown > 0) return isTerminal ? 'Failed' : 'Pending';
  if (isTerminal) return stopped === succeeded ? 'Succeeded' : 'Failed';
  if (init.runningSidecars > 0 || isAnyRestarted(pod, statuses.main)) return 'Running';
  return stopped === succeeded ? 'Succeeded' : 'Failed';
}

/** Whether one of the containers, which have all ended, runs again. */
function isAnyRestarted(pod: Pod, statuses: readonly corev1.ContainerStatus[]): boolean {
  return specOf(pod).containers.some((container) => {
    const status = statuses.find(({ name }) => name === container.name);
    const end = status && endOf(status);
    return end !== undefined && isRestartedAfter(pod, container, end.exitCode);
  });
}

/** How it has ended, also when it waits to be started again. */
function endOf({ state, lastState }: corev1.ContainerStatus): corev1.ContainerStateTerminated | undefined {
  return state?.terminated ?? (state?.waiting && lastState?.terminated);
}

interface InitCount {
  readonly pending: number;
  /** For good. */
  readonly failed: number;
  readonly runningSidecars: number;
}

function countInit(pod: Pod, statuses: readonly corev1.ContainerStatus[]): InitCount {
  const containers = new Map((specOf(pod).initContainers ?? []).map((container) => [container.name, container]));
  let pending = 0;
  let failed = 0;
  let runningSidecars = 0;
  for (const status of statuses) {
    const { name, state, lastState, started } = status;
    const container = containers.get(name);
    if (!container) continue;
    if (isSidecar(container)) {
      if (state?.running) runningSidecars++;
      // A sidecar that has run once holds nothing up.
      if (!started && !lastState?.terminated && !state?.terminated) pending++;
      continue;
    }
    const end = endOf(status);
    if (end && end.exitCode !== 0 && !isRestartedAfter(pod, container, end.exitCode)) failed++;
    if (!state?.terminated || state.terminated.exitCode !== 0) pending++;
  }
  return { pending, failed, runningSidecars };
}

function countMain(statuses: readonly corev1.ContainerStatus[]): {
  waiting: number;
  running: number;
  stopped: number;
  succeeded: number;
} {
  let [waiting, running, stopped, succeeded] = [0, 0, 0, 0];
  for (const { state, lastState } of statuses) {
    if (state?.running) running++;
    else if (state?.terminated) {
      stopped++;
      if (state.terminated.exitCode === 0) succeeded++;
    } else if (lastState?.terminated) stopped++;
    else waiting++;
  }
  return { waiting, running, stopped, succeeded };
}
