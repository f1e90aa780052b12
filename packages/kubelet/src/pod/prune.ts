import { removeLog } from '../logs/rotated-files';
import type { ContainerState, PodState, SandboxState } from '../runtime/pod-state';
import { isNotFound } from '../runtime/runtime';
import type { PodDeps } from './deps';

/** What is dead and of no use: of each container the last dead one is kept, for its logs and status, and so is the last sandbox. */
export function deadWeight({ sandboxes, containers }: PodState): { containers: ContainerState[]; sandboxes: SandboxState[] } {
  const seen = new Map<string, number>();
  const dead = containers.filter(({ name, state }) => {
    const newer = seen.get(name) ?? 0;
    seen.set(name, newer + 1);
    return state === 'exited' && newer > 1;
  });
  const kept = new Set(containers.filter((container) => !dead.includes(container)).map(({ sandboxId }) => sandboxId));
  return { containers: dead, sandboxes: sandboxes.slice(1).filter(({ id, isReady }) => !isReady && !kept.has(id)) };
}

/** Removes it, with the logs of those containers. */
export async function prune({ runtime }: Pick<PodDeps, 'runtime'>, state: PodState): Promise<void> {
  const { containers, sandboxes } = deadWeight(state);
  for (const container of containers) await removeContainer(runtime, container);
  for (const { id } of sandboxes) await unlessGone(runtime.services.RemovePodSandbox({ podSandboxId: id }));
}

/** Removes a container with its log. */
export async function removeContainer({ services }: PodDeps['runtime'], { id, logPath }: ContainerState): Promise<void> {
  await unlessGone(services.RemoveContainer({ containerId: id }));
  if (logPath) await removeLog(logPath);
}

async function unlessGone(task: Promise<unknown>): Promise<void> {
  try {
    await task;
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
