import { status } from '@grpc/grpc-js';
import type { cri } from '@typekube/cri-api';
import { RpcError } from '../errors';
import { requireContainer, requireSandbox, type Shim } from '../shim';

const SHOWN: Readonly<Record<string, string>> = { running: 'CONTAINER_RUNNING', exited: 'CONTAINER_EXITED' };

/** Starts a created container; each only once. */
export async function startContainer(shim: Shim, { containerId }: cri.StartContainerRequest): Promise<cri.IStartContainerResponse> {
  const { id } = requireContainer(shim, containerId);
  return shim.locks.run(id, async () => {
    const record = requireContainer(shim, id);
    if (record.life.at !== 'created') {
      throw new RpcError(status.UNKNOWN, `failed to set starting state for container "${id}": container is in ${SHOWN[record.life.at]} state`);
    }
    const sandbox = requireSandbox(shim, record.sandboxId);
    if (sandbox.state !== 'ready') throw new RpcError(status.UNKNOWN, `sandbox container "${sandbox.id}" is not running`);
    await shim.supervisor.start(record);
    return {};
  });
}
