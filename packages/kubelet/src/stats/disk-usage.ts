import { lstatSync, readdirSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { hasCode, isMissing } from '../program';

/** What a folder takes of its disk. */
export interface DiskUsage {
  readonly bytes: number;
  readonly inodes: number;
}

export const NOTHING_USED: DiskUsage = { bytes: 0, inodes: 0 };

/** Blocks of a file are counted so by the kernel, whatever the file system's own are. */
const BLOCK = 512;

/** After so many files others have their turn. */
const FILES_A_TURN = 200;

/**
 * Everything below the path and the path itself, as du counts: what is allocated, each file once whatever its names, and nothing of other file systems.
 * What goes away meanwhile counts as gone. The calls are synchronous: from the cache of the kernel an answer takes less time than a way through the
 * thread pool, and a turn is short.
 */
export async function diskUsage(path: string): Promise<DiskUsage> {
  const seen = new Set<number>();
  const root = unlessGone(() => lstatSync(path));
  if (!root) return NOTHING_USED;
  let bytes = 0;
  let inodes = 0;
  let turn = 0;
  const count = (stats: Stats): void => {
    if (stats.nlink > 1 && !stats.isDirectory()) {
      if (seen.has(stats.ino)) return;
      seen.add(stats.ino);
    }
    bytes += stats.blocks * BLOCK;
    inodes++;
  };
  count(root);
  const folders = root.isDirectory() ? [path] : [];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const name of namesIn(folder)) {
      const child = join(folder, name);
      const stats = unlessGone(() => lstatSync(child));
      if (!stats || stats.dev !== root.dev) continue;
      count(stats);
      if (stats.isDirectory()) folders.push(child);
      if (++turn % FILES_A_TURN === 0) await nextTurn();
    }
  }
  return { bytes, inodes };
}

function namesIn(folder: string): string[] {
  return unlessGone(() => readdirSync(folder)) ?? [];
}

function unlessGone<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isMissing(error) || hasCode(error, 'ENOTDIR')) return undefined;
    throw error;
  }
}

export function sumOf(usages: readonly DiskUsage[]): DiskUsage {
  return usages.reduce((total, { bytes, inodes }) => ({ bytes: total.bytes + bytes, inodes: total.inodes + inodes }), NOTHING_USED);
}
