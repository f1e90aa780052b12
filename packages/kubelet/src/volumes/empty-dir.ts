import { bytes } from '../container/resources';
import { applyFsGroup, openToAll } from './ownership';
import { mountTmpfs } from './tmpfs';
import { MountError, type VolumePlugin } from './volume';

/** A folder that lives as long as the pod, on disk or in memory. Anybody may write there. */
export const emptyDir: VolumePlugin = {
  name: 'kubernetes.io/empty-dir',
  supports: ({ emptyDir: source }) => source !== undefined,
  async setUp({ volume, folder, pod }) {
    const { medium = '', sizeLimit } = volume.emptyDir ?? {};
    if (medium && medium !== 'Memory') throw new MountError(`unknown storage medium "${medium}"`);
    // A memory file system is everybody's of itself, with the sticky bit.
    if (medium) await mountTmpfs(folder, sizeLimit === undefined ? undefined : bytes(sizeLimit));
    else await openToAll(folder);
    await applyFsGroup(folder, pod, 'write');
  },
};
