import { status } from '@grpc/grpc-js';
import type { cri } from '@typekube/cri-api';
import { RpcError } from '../errors';
import { requireContainer, type Shim } from '../shim';

export async function reopenContainerLog(shim: Shim, { containerId }: cri.ReopenContainerLogRequest): Promise<cri.IReopenContainerLogResponse> {
  const record = requireContainer(shim, containerId);
  if (record.life.at !== 'running') throw new RpcError(status.UNKNOWN, 'container is not running');
  shim.supervisor.reopenLog(record.id);
  return {};
}

export function getContainerEvents({ events }: Shim, signal: AbortSignal): AsyncIterable<cri.IContainerEventResponse> {
  return events.subscribe(signal);
}
