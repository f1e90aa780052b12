import type { cri } from '@typekube/cri-api';
import { stopContainer } from '../container/stop';
import { EventType } from '../events';
import { releaseSandbox } from '../sandbox/tear-down';
import { containersOf, publishEvent, type Shim } from '../shim';

/** Ends the pod's containers by force and gives back its network. Idempotent. */
export async function stopPodSandbox(shim: Shim, { podSandboxId }: cri.StopPodSandboxRequest): Promise<cri.IStopPodSandboxResponse> {
  const found = shim.sandboxes.find(podSandboxId);
  if (!found) return {};
  await Promise.all(containersOf(shim, found.id).map((container) => stopContainer(shim, container.id, 0)));
  await shim.locks.run(found.id, async () => {
    const record = shim.sandboxes.get(found.id);
    if (!record) return;
    await releaseSandbox(shim, record);
    if (record.state === 'stopped') return;
    await shim.sandboxes.note({ ...record, state: 'stopped', ips: [] });
    publishEvent(shim, EventType.CONTAINER_STOPPED_EVENT, record.id, record.id);
  });
  return {};
}
