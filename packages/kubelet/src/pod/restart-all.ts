import { containerFieldPath, ephemeralOf, findContainer, type Pod } from '../objects';
import { type ContainerState, type PodState, runningOf } from '../runtime/pod-state';
import type { PodDeps } from './deps';
import { killContainer } from './kill';
import { removeContainer } from './prune';
import { checkBackoff } from './start-container';

/** The grace period of the pod is that of its end. Here its containers get what their hooks need at the least. */
const GRACE_SECONDS = 2;

export interface RestartAllInput {
  readonly pod: Pod;
  readonly state: PodState;
  /** The container whose end is the reason. */
  readonly trigger: ContainerState;
  readonly podIp: string;
  /** Writes the status as it is: how containers have ended is known no longer when they are gone. */
  readonly showState: () => Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * Ends and removes all containers of a pod but the ephemeral ones; the sandbox and the volumes stay. What then comes next is how every pod begins. The
 * trigger goes last: whoever finds this half done finds it, and goes on. Rejects with a StartError where that has to wait.
 */
export async function restartAll(deps: PodDeps, { pod, state, trigger, podIp, showState, signal }: RestartAllInput): Promise<void> {
  const container = findContainer(pod, trigger.name);
  if (!container) return;
  const fieldPath = containerFieldPath(pod, trigger.name);
  checkBackoff(deps, { pod, container, last: trigger, record: (type, reason, message) => deps.record(pod, { type, reason, message, fieldPath }) });
  const kept = new Set(ephemeralOf(pod).map(({ name }) => name));
  const message = `Container ${trigger.name} exited with ${trigger.exitCode}, all containers will be restarted`;
  const running = runningOf(state).filter(({ name }) => !kept.has(name));
  await Promise.all(running.map((status) => killContainer(deps, pod, status, { message, gracePeriodSeconds: GRACE_SECONDS, podIp, signal })));
  await showState();
  for (const status of state.containers) if (!kept.has(status.name) && status !== trigger) await removeContainer(deps.runtime, status);
  await removeContainer(deps.runtime, trigger);
}
