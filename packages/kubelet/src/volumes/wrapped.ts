import { type Payload, writeAtomically } from './atomic-writer';
import { applyFsGroup, openToAll } from './ownership';
import { mountTmpfs } from './tmpfs';
import type { VolumeContext } from './volume';

/**
 * Writes files into a volume that upstream makes out of an emptyDir: its root has that one's mode (a memory file system keeps its own, with the sticky
 * bit), and all of it belongs to the pod's group.
 */
export async function writeVolume({ folder, pod }: VolumeContext, files: Payload, medium: 'disk' | 'memory'): Promise<void> {
  if (medium === 'memory') await mountTmpfs(folder);
  else await openToAll(folder);
  await writeAtomically(folder, files, () => applyFsGroup(folder, pod, 'read', 'Always'));
}
