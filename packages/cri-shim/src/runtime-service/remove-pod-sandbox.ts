import type { cri } from '@typekube/cri-api';
import { EventType } from '../events';
import { tearDownSandbox } from '../sandbox/tear-down';
import { containersOf, publishEvent, type Shim } from '../shim';
import { removeContainer } from './remove-container';
import { stopPodSandbox } from './stop-pod-sandbox';

/** Removes a sandbox with all its containers, stopping them first. Idempotent. */
export async function removePodSandbox(shim: Shim, { podSandboxId }: cri.RemovePodSandboxRequest): Promise<cri.IRemovePodSandboxResponse> {
  const record = shim.sandboxes.find(podSandboxId);
  if (!record) return {};
  await stopPodSandbox(shim, { podSandboxId: record.id });
  for (const container of containersOf(shim, record.id)) await removeContainer(shim, { containerId: container.id });
  await shim.locks.run(record.id, async () => {
    await tearDownSandbox(shim, record);
    await shim.sandboxes.delete(record.id);
  });
  publishEvent(shim, EventType.CONTAINER_DELETED_EVENT, record.id, record.id);
  return {};
}
