import { containerFieldPath, findContainer, isSidecar, type Pod, podText, specOf, uidOf } from '../objects';
import { type ContainerState, type PodState, runningOf } from '../runtime/pod-state';
import { isNotFound, runtimeErrorText } from '../runtime/runtime';
import type { PodDeps } from './deps';
import type { GracePeriod } from './grace-period';
import { runHook } from './hooks';

/** A container always gets so long after its preStop hook. */
const MINIMUM_GRACE_SECONDS = 2;

export interface KillOptions {
  /** For the event; absent: it just stops. */
  readonly message?: string;
  readonly gracePeriodSeconds: number;
  readonly podIp: string;
  /** Aborted when the caller has better things to do than to wait: rejects with its reason, and the container goes on being ended. */
  readonly signal?: AbortSignal;
}

/**
 * Ends a container: preStop hook, SIGTERM, and SIGKILL after the grace period. One that is being ended already is not told again, but may have to end
 * sooner. Rejects where the runtime cannot.
 */
export async function killContainer(deps: PodDeps, pod: Pod, status: ContainerState, options: KillOptions): Promise<void> {
  const { gracePeriodSeconds: seconds, signal } = options;
  const ended = deps.stops.end(uidOf(pod), status.id, { seconds, work: (grace) => stopContainer(deps, pod, status, { ...options, grace }) });
  await (signal ? unlessAborted(ended, signal) : ended);
}

async function stopContainer(
  deps: PodDeps,
  pod: Pod,
  status: ContainerState,
  { message, gracePeriodSeconds, podIp, grace }: KillOptions & { readonly grace: GracePeriod },
): Promise<void> {
  const container = findContainer(pod, status.name);
  const fieldPath = containerFieldPath(pod, status.name);
  deps.record(pod, { type: 'Normal', reason: 'Killing', message: message ?? `Stopping container ${status.name}`, fieldPath });
  const preStop = container?.lifecycle?.preStop;
  if (container && preStop && gracePeriodSeconds > 0) {
    try {
      const hook = runHook(preStop, { pod, container, containerId: status.id, podIp, timeoutSeconds: gracePeriodSeconds }, deps);
      await grace.limit(hook, 'preStop hook did not complete in grace period');
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      deps.record(pod, { type: 'Warning', reason: 'FailedPreStopHook', message: `PreStopHook failed: ${text}`, fieldPath });
    }
  }
  const stop = async (): Promise<void> => {
    const timeout = gracePeriodSeconds === 0 ? 0 : Math.max(MINIMUM_GRACE_SECONDS, grace.secondsLeft);
    const { services, requestMilliseconds } = deps.runtime;
    await services.StopContainer({ containerId: status.id, timeout }, { timeoutMs: timeout * 1000 + requestMilliseconds });
  };
  // Of two calls, the runtime keeps to the one that is over first.
  const sooner = (): void =>
    void stop().catch((error: unknown) =>
      deps.log.warn('Failed to end a container sooner', { pod: podText(pod), container: status.name, error: runtimeErrorText(error) }),
    );
  const settled = grace.onShortened(sooner);
  try {
    await stop();
  } catch (error) {
    if (!isNotFound(error))
      throw new Error(`failed to "KillContainer" for "${status.name}": ${runtimeErrorText(error)}`, { cause: error });
  } finally {
    settled();
  }
}

/** Waits for the task until the signal is aborted; then rejects with its reason. */
async function unlessAborted(task: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    await Promise.race([task, aborted]);
  } finally {
    if (onAbort) signal.removeEventListener('abort', onAbort);
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
  options: { readonly grace: GracePeriod; readonly podIp: string; readonly signal?: AbortSignal },
): Promise<void> {
  const sidecars = (specOf(pod).initContainers ?? []).filter(isSidecar).map(({ name }) => name);
  const running = runningOf(state);
  const { grace, ...others } = options;
  const kill = (status: ContainerState): Promise<void> =>
    killContainer(deps, pod, status, { ...others, gracePeriodSeconds: Math.max(1, grace.secondsLeft) });
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
