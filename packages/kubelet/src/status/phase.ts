import type { corev1 } from '@typekube/api';
import { isSidecar, type Pod, specOf } from '../objects';

export type Phase = 'Pending' | 'Running' | 'Succeeded' | 'Failed';

/** The phase that follows from the containers' statuses (kubelet's getPhase). */
export function phaseOf(
  pod: Pod,
  statuses: { init: readonly corev1.ContainerStatus[]; main: readonly corev1.ContainerStatus[] },
  isTerminal: boolean,
): Phase {
  const { restartPolicy = 'Always', containers } = specOf(pod);
  const init = countInit(pod, statuses.init);
  if (init.failed > 0 && restartPolicy === 'Never') return 'Failed';
  const { waiting, running, stopped, succeeded } = countMain(statuses.main);
  const unknown = containers.length - statuses.main.length;
  if (init.pending > 0 || waiting > 0) return isTerminal ? 'Failed' : 'Pending';
  if (running > 0 && unknown === 0) return 'Running';
  if (stopped === 0 || unknown > 0) return isTerminal ? 'Failed' : 'Pending';
  if (isTerminal) return stopped === succeeded ? 'Succeeded' : 'Failed';
  if (restartPolicy === 'Always' || init.runningSidecars > 0) return 'Running';
  if (stopped === succeeded) return 'Succeeded';
  return restartPolicy === 'Never' ? 'Failed' : 'Running';
}

interface InitCount {
  readonly pending: number;
  readonly failed: number;
  readonly runningSidecars: number;
}

function countInit(pod: Pod, statuses: readonly corev1.ContainerStatus[]): InitCount {
  const sidecars = new Set((specOf(pod).initContainers ?? []).filter(isSidecar).map(({ name }) => name));
  let pending = 0;
  let failed = 0;
  let runningSidecars = 0;
  for (const { name, state, lastState, started } of statuses) {
    if (sidecars.has(name)) {
      if (state?.running) runningSidecars++;
      // A sidecar that has run once holds nothing up.
      if (!started && !lastState?.terminated && !state?.terminated) pending++;
      continue;
    }
    const end = state?.terminated ?? (state?.waiting && lastState?.terminated);
    if (end && end.exitCode !== 0) failed++;
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
