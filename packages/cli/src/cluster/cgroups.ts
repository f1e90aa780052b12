import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';

const FILE_SYSTEM = '/sys/fs/cgroup';

/** Where in each hierarchy the cgroups of a cluster's pods are, and nothing of another's: its folder tells clusters apart. */
export function cgroupRootOf(root: string): string {
  return `/typekube-${createHash('sha256').update(root).digest('hex').slice(0, 8)}`;
}

/** The processes in the pods of a cluster. */
export function processesInCgroups(root: string, fileSystem = FILE_SYSTEM): number[] {
  const pids = treesOf(root, fileSystem).flatMap(processesBelow);
  return [...new Set(pids)];
}

/** Removes what is left of the pods' cgroups. Those that still hold a process stay. */
export function removeCgroups(root: string, fileSystem = FILE_SYSTEM): void {
  for (const tree of treesOf(root, fileSystem)) removeTree(tree);
}

function treesOf(root: string, fileSystem: string): string[] {
  if (!existsSync(fileSystem)) return [];
  const trees = ['', ...foldersIn(fileSystem)].map((hierarchy) => join(fileSystem, hierarchy, cgroupRootOf(root)));
  return trees.filter((tree) => existsSync(tree));
}

function processesBelow(folder: string): number[] {
  const below = foldersIn(folder).flatMap((name) => processesBelow(join(folder, name)));
  const procs = join(folder, 'cgroup.procs');
  if (!existsSync(procs)) return below;
  return [...below, ...readFileSync(procs, 'utf8').split('\n').filter(Boolean).map(Number)];
}

/** By rmdir alone, from below: the files in a cgroup are the kernel's. */
function removeTree(folder: string): void {
  for (const name of foldersIn(folder)) removeTree(join(folder, name));
  try {
    rmdirSync(folder);
  } catch (error) {
    if (!['EBUSY', 'ENOTEMPTY', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

function foldersIn(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}
