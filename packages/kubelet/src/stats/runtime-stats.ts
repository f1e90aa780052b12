import type { cri } from '@typekube/cri-api';
import { LABELS } from '../runtime/labels';
import { isUnimplemented, type Runtime } from '../runtime/runtime';

/** What the runtime has measured. */
export interface RuntimeStats {
  readonly containers: readonly cri.ContainerStats[];
  /** By the uid of the pod; of pods that have one of their own. */
  readonly networks: ReadonlyMap<string, cri.NetworkUsage>;
}

/** Asks for pods with all that is in them; a runtime that does not know them is asked for its containers alone. */
export async function runtimeStats(runtime: Pick<Runtime, 'services'>): Promise<RuntimeStats> {
  try {
    const { stats } = await runtime.services.ListPodSandboxStats({});
    const networks = stats.flatMap(({ attributes, linux }) => {
      const uid = attributes?.labels[LABELS.podUid];
      return uid && linux?.network ? [[uid, linux.network] as const] : [];
    });
    return { containers: stats.flatMap(({ linux }) => linux?.containers ?? []), networks: new Map(networks) };
  } catch (error) {
    if (!isUnimplemented(error)) throw error;
  }
  return { containers: (await runtime.services.ListContainerStats({})).stats, networks: new Map() };
}
