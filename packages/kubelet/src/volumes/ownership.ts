import { chmod, lchown, lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Pod, specOf } from '../objects';

const SET_GID = 0o2000;

/** What the group may do with a volume's files (rwMask and roMask of volume.SetVolumeOwnership). */
export type GroupAccess = 'read' | 'write';

interface Owned {
  readonly group: number;
  readonly fileBits: number;
  readonly folderBits: number;
}

const EVERYBODY = 0o777;

/** Lets everybody write into a folder. What else its mode says, as for its group, stays. */
export async function openToAll(folder: string): Promise<void> {
  const { mode } = await lstat(folder);
  if ((mode & EVERYBODY) !== EVERYBODY) await chmod(folder, (mode & 0o7777) | EVERYBODY);
}

/**
 * Gives a volume to the pod's fsGroup: group owner, group may read, and write where the pod may, new files belong to it too
 * (volume.SetVolumeOwnership).
 */
export async function applyFsGroup(
  folder: string,
  pod: Pod,
  access: GroupAccess,
  policy = specOf(pod).securityContext?.fsGroupChangePolicy,
): Promise<void> {
  const { fsGroup } = specOf(pod).securityContext ?? {};
  if (fsGroup === undefined) return;
  const fileBits = access === 'write' ? 0o660 : 0o440;
  const owned = { group: fsGroup, fileBits, folderBits: fileBits | 0o110 | SET_GID };
  if (policy === 'OnRootMismatch' && (await isOwned(folder, owned))) return;
  await own(folder, owned);
}

async function isOwned(folder: string, { group, folderBits }: Owned): Promise<boolean> {
  const { gid, mode } = await lstat(folder);
  return gid === group && (mode & folderBits) === folderBits;
}

async function own(path: string, owned: Owned): Promise<void> {
  const stats = await lstat(path);
  await lchown(path, stats.uid, owned.group);
  if (stats.isSymbolicLink()) return;
  const mode = stats.mode & 0o7777;
  if (!stats.isDirectory()) return chmod(path, mode | owned.fileBits);
  for (const name of await readdir(path)) await own(join(path, name), owned);
  await chmod(path, mode | owned.folderBits);
}
