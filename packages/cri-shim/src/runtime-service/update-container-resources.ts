import { status } from '@grpc/grpc-js';
import type { cri } from '@typekube/cri-api';
import { mergeResources, specResources } from '../container/resources';
import { RpcError } from '../errors';
import { requireContainer, type Shim } from '../shim';

/** Changes the limits of a container that is created or runs. */
export async function updateContainerResources(shim: Shim, { containerId, linux }: cri.UpdateContainerResourcesRequest): Promise<cri.IUpdateContainerResourcesResponse> {
  const { id } = requireContainer(shim, containerId);
  return shim.locks.run(id, async () => {
    const record = requireContainer(shim, id);
    if (record.life.at !== 'running') throw new RpcError(status.UNKNOWN, `failed to update container "${id}": the container does not run`);
    if (!linux) return {};
    await shim.backend.update(id, specResources(linux, shim.host));
    const before = record.config.linux ?? {};
    const config = { ...record.config, linux: { ...before, resources: mergeResources(before.resources ?? {}, linux) } } as cri.ContainerConfig;
    await shim.containers.put({ ...requireContainer(shim, id), config });
    return {};
  });
}
