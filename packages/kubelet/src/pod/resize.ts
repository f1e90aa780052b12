import { type Pod, podText } from '../objects';
import { runtimeErrorText } from '../runtime/runtime';
import type { ContainerResize } from './allocation';
import type { PodDeps } from './deps';

/**
 * Has the kernel know what a pod was given: raised limits of the pod first, then those of its containers, then what is lower. Gives whether something
 * is left to do once containers were made anew. Rejects where the kernel does not take a limit, as one below what is in use.
 */
export async function carryOutResizes({ cgroups, runtime, log }: PodDeps, pod: Pod, resizes: readonly ContainerResize[]): Promise<boolean> {
  await cgroups.raise(pod);
  for (const { id, name, resources, isRestart } of resizes) {
    if (isRestart) continue;
    try {
      await runtime.services.UpdateContainerResources({ containerId: id, linux: resources });
    } catch (error) {
      throw new Error(`failed to resize container "${name}": ${runtimeErrorText(error)}`, { cause: error });
    }
    log.v(2)?.info('Container was resized', { pod: podText(pod), container: name });
  }
  if (resizes.some(({ isRestart }) => isRestart)) return true;
  await cgroups.create(pod);
  return false;
}
