import { rm } from 'node:fs/promises';
import type { cri } from '@typekube/cri-api';
import { stopContainer } from '../container/stop';
import { EventType } from '../events';
import { containerFolder, publishEvent, type Shim } from '../shim';

/** Removes a container, ending it by force if it runs. Idempotent. Its log stays: the kubelet removes it. */
export async function removeContainer(shim: Shim, { containerId }: cri.RemoveContainerRequest): Promise<cri.IRemoveContainerResponse> {
  const found = shim.containers.find(containerId);
  if (!found) return {};
  await shim.locks.run(found.id, async () => {
    if (!shim.containers.get(found.id)) return;
    await stopContainer(shim, found.id, 0);
    await shim.backend.remove(found.id);
    await rm(containerFolder(shim.paths, found.id), { recursive: true, force: true });
    await shim.containers.delete(found.id);
    publishEvent(shim, EventType.CONTAINER_DELETED_EVENT, found.id, found.sandboxId);
  });
  return {};
}
