import { stat } from 'node:fs/promises';
import { isMissing } from '../program';
import { applyFsGroup } from './ownership';
import { MountError, type VolumePlugin } from './volume';

/** A folder of this node that a persistent volume stands for; it must be there. */
export const local: VolumePlugin = {
  name: 'kubernetes.io/local-volume',
  hostPathOf: ({ local: source }) => source?.path ?? '',
  supports: ({ local: source }) => source !== undefined,
  async setUp({ volume, pod }) {
    const { path = '' } = volume.local ?? {};
    await mustBeThere(path);
    await applyFsGroup(path, pod, 'write');
  },
};

async function mustBeThere(path: string): Promise<void> {
  try {
    await stat(path);
  } catch (error) {
    if (isMissing(error)) throw new MountError(`path "${path}" does not exist`, { cause: error });
    throw error;
  }
}
