import { constants } from 'node:fs';
import { lstat, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Rootfs } from '../../backend';
import type { containerd } from '../../generated/containerd';
import { isMissing } from '../../errors';

/**
 * Reads files of a root file system that is not mounted, from the folders that overlayfs would put over each other: the topmost that has the
 * file, or hides it, decides.
 */
export class LayeredRootfs implements Rootfs {
  constructor(private readonly folders: readonly string[]) {}

  async readFile(path: string): Promise<string | undefined> {
    for (const folder of this.folders) {
      const found = await lookUp(folder, path.split('/'));
      if (found === 'hidden') return undefined;
      if (found !== undefined) return found.text;
    }
    return undefined;
  }
}

/** The folders of a snapshot's mount, the topmost first. */
export function layerFolders(mounts: readonly containerd.types.IMount[]): string[] {
  const [mount] = mounts;
  if (!mount) return [];
  if (mount.type !== 'overlay') return [mount.source ?? ''];
  const option = (name: string): string[] =>
    (mount.options ?? []).filter((text) => text.startsWith(`${name}=`)).flatMap((text) => text.slice(name.length + 1).split(':'));
  return [...option('upperdir'), ...option('lowerdir')];
}

/** Walks down without following links. A character device 0:0 is overlayfs' mark for a removed file. */
async function lookUp(folder: string, parts: readonly string[]): Promise<{ text: string } | 'hidden' | undefined> {
  let path = folder;
  for (const [position, part] of parts.entries()) {
    path = join(path, part);
    const info = await ifThere(lstat(path));
    if (!info) return undefined;
    if (info.isCharacterDevice() && info.rdev === 0) return 'hidden';
    const isLast = position === parts.length - 1;
    if (isLast ? !info.isFile() : !info.isDirectory()) return 'hidden';
  }
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    return { text: await file.readFile('utf8') };
  } finally {
    await file.close();
  }
}

async function ifThere<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
