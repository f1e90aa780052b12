import type { Stats } from 'node:fs';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { isMissing } from '../program';
import { MountError, type VolumePlugin } from './volume';

const KINDS: Readonly<Record<string, { readonly fits: (stats: Stats) => boolean; readonly what: string }>> = {
  Directory: { fits: (stats) => stats.isDirectory(), what: 'a directory' },
  DirectoryOrCreate: { fits: (stats) => stats.isDirectory(), what: 'a directory' },
  File: { fits: (stats) => stats.isFile(), what: 'a file' },
  FileOrCreate: { fits: (stats) => stats.isFile(), what: 'a file' },
  Socket: { fits: (stats) => stats.isSocket(), what: 'a socket file' },
  CharDevice: { fits: (stats) => stats.isCharacterDevice(), what: 'a character device' },
  BlockDevice: { fits: (stats) => stats.isBlockDevice(), what: 'a block device' },
};

/** A path of the node itself, which must be what its type says. */
export const hostPath: VolumePlugin = {
  name: 'kubernetes.io/host-path',
  hostPathOf: ({ hostPath: source }) => source?.path ?? '',
  supports: ({ hostPath: source }) => source !== undefined,
  async setUp({ volume }) {
    const { path = '', type = '' } = volume.hostPath ?? {};
    if (type) await check(path, type);
  },
};

async function check(path: string, type: string): Promise<void> {
  const kind = KINDS[type];
  if (!kind) throw new MountError(`hostPath type check failed: ${path} has the unknown type ${type}`);
  if (type.endsWith('OrCreate')) await create(path, type);
  const stats = await statIfThere(path);
  if (!stats || !kind.fits(stats)) throw new MountError(`hostPath type check failed: ${path} is not ${kind.what}`);
}

async function create(path: string, type: string): Promise<void> {
  if (await statIfThere(path)) return;
  if (type === 'DirectoryOrCreate') await mkdir(path, { recursive: true, mode: 0o755 });
  else await writeFile(path, '', { flag: 'wx', mode: 0o644 });
}

async function statIfThere(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
