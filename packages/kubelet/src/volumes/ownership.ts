import { chmod, lchown, lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Pod, specOf } from '../objects';

const SET_GID = 0o2000;

/** Gives a volume to the pod's fsGroup: group owner, group may read and write, new files belong to it too (volume.SetVolumeOwnership). */
export async function applyFsGroup(folder: string, pod: Pod): Promise<void> {
  const { fsGroup, fsGroupChangePolicy } = specOf(pod).securityContext ?? {};
  if (fsGroup === undefined) return;
  if (fsGroupChangePolicy === 'OnRootMismatch' && (await isOwned(folder, fsGroup))) return;
  await own(folder, fsGroup);
}

async function isOwned(folder: string, group: number): Promise<boolean> {
  const { gid, mode } = await lstat(folder);
  return gid === group && (mode & SET_GID) !== 0 && (mode & 0o070) === 0o070;
}

async function own(path: string, group: number): Promise<void> {
  const { uid, mode, isFolder, isLink } = await lstat(path).then((stats) => ({
    uid: stats.uid,
    mode: stats.mode,
    isFolder: stats.isDirectory(),
    isLink: stats.isSymbolicLink(),
  }));
  await lchown(path, uid, group);
  if (isLink) return;
  if (!isFolder) return chmod(path, (mode & 0o7777) | 0o660);
  for (const name of await readdir(path)) await own(join(path, name), group);
  await chmod(path, (mode & 0o7777) | 0o770 | SET_GID);
}
