import { containerFieldPath, findContainer, isSidecar, type Pod, specOf } from '../objects';
import { type ContainerState, type PodState, runningOf } from '../runtime/pod-state';
import { isNotFound, runtimeErrorText } from '../runtime/runtime';
import type { PodDeps } from './deps';
import { runHook } from './hooks';

/** A container always gets so long after its preStop hook. */
const MINIMUM_GRACE_SECONDS = 2;

export interface KillOptions {
  /** For the event; absent: it just stops. */
  readonly message?: string;
  readonly gracePeriodSeconds: number;
  readonly podIp: string;
}

/** Ends a container: preStop hook, SIGTERM, and SIGKILL after the grace period. Rejects where the runtime cannot. */
export async function killContainer(
  deps: PodDeps,
  pod: Pod,
  status: ContainerState,
  { message, gracePeriodSeconds, podIp }: KillOptions,
): Promise<void> {
  const container = findContainer(pod, status.name);
  const fieldPath = containerFieldPath(pod, status.name);
  deps.record(pod, { type: 'Normal', reason: 'Killing', message: message ?? `Stopping container ${status.name}`, fieldPath });
  const began = deps.clock.now();
  const preStop = container?.lifecycle?.preStop;
  if (container && preStop && gracePeriodSeconds > 0) {
    try {
      await withLimit(
        runHook(preStop, { pod, container, containerId: status.id, podIp, timeoutSeconds: gracePeriodSeconds }, deps),
        gracePeriodSeconds,
        deps,
      );
    } catch (error) {
      deps.record(pod, {
        type: 'Warning',
        reason: 'FailedPreStopHook',
        message: `PreStopHook failed: ${error instanceof Error ? error.message : String(error)}`,
        fieldPath,
      });
    }
  }
  const spent = Math.floor((deps.clock.now() - began) / 1000);
  const left = gracePeriodSeconds === 0 ? 0 : Math.max(MINIMUM_GRACE_SECONDS, gracePeriodSeconds - spent);
  try {
    await deps.runtime.services.StopContainer({ containerId: status.id, timeout: left });
  } catch (error) {
    if (!isNotFound(error))
      throw new Error(`failed to "KillContainer" for "${status.name}": ${runtimeErrorText(error)}`, { cause: error });
  }
}

async function withLimit(task: Promise<void>, seconds: number, { clock }: PodDeps): Promise<void> {
  let timer: { cancel(): void } | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = clock.after(seconds * 1000, () => reject(new Error('preStop hook did not complete in grace period')));
  });
  try {
    await Promise.race([task, late]);
  } finally {
    timer?.cancel();
  }
}

/** How long the containers of a pod may take to end, in seconds. */
export function gracePeriodOf(pod: Pod): number {
  const { deletionTimestamp, deletionGracePeriodSeconds } = pod.metadata;
  if (deletionTimestamp && deletionGracePeriodSeconds !== undefined) return Math.max(1, deletionGracePeriodSeconds);
  return Math.max(1, specOf(pod).terminationGracePeriodSeconds ?? 30);
}

/** Ends all containers, sidecars last and in reverse order, then the sandboxes. Rejects with the first failure when all were tried. */
export async function killPod(
  deps: PodDeps,
  pod: Pod,
  state: PodState,
  options: { gracePeriodSeconds: number; podIp: string },
): Promise<void> {
  const sidecars = (specOf(pod).initContainers ?? []).filter(isSidecar).map(({ name }) => name);
  const running = runningOf(state);
  const began = deps.clock.now();
  const kill = (status: ContainerState): Promise<void> => {
    const spent = Math.floor((deps.clock.now() - began) / 1000);
    return killContainer(deps, pod, status, { ...options, gracePeriodSeconds: Math.max(1, options.gracePeriodSeconds - spent) });
  };
  const outcomes = await Promise.allSettled(running.filter(({ name }) => !sidecars.includes(name)).map(kill));
  for (const name of sidecars.reverse()) {
    const sidecar = running.find((status) => status.name === name);
    if (sidecar) outcomes.push(...(await Promise.allSettled([kill(sidecar)])));
  }
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
  await Promise.all(state.sandboxes.map(({ id }) => stopSandbox(deps, id)));
}

async function stopSandbox({ runtime }: PodDeps, podSandboxId: string): Promise<void> {
  try {
    await runtime.services.StopPodSandbox({ podSandboxId });
  } catch (error) {
    if (!isNotFound(error)) throw new Error(`failed to "KillPodSandbox": ${runtimeErrorText(error)}`, { cause: error });
  }
}

/** Removes what has stopped, with its containers. */
export async function removeSandboxes({ runtime }: PodDeps, { sandboxes }: PodState): Promise<void> {
  for (const { id } of sandboxes) {
    try {
      await runtime.services.RemovePodSandbox({ podSandboxId: id });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}
