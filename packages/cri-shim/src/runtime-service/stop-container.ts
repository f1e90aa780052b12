import type { cri } from '@typekube/cri-api';
import { stopContainer as stop } from '../container/stop';
import type { Shim } from '../shim';

/** Ends a container within its grace period. Idempotent: one that is not there has ended. */
export async function stopContainer(shim: Shim, { containerId, timeout }: cri.StopContainerRequest): Promise<cri.IStopContainerResponse> {
  const record = shim.containers.find(containerId);
  if (record) await stop(shim, record.id, timeout);
  return {};
}
