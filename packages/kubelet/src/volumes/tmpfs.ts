import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { mountTmpfs as mount, unmount } from '@typekube/component-base/linux';

/** Every mount point of this process's namespace, in the order of mounting. */
export async function mountPoints(): Promise<string[]> {
  const text = await readFile('/proc/self/mountinfo', 'utf8');
  return text
    .split('\n')
    .flatMap((line) => line.split(' ')[4] ?? [])
    .map((path) => path.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8))));
}

/** Mounts a memory file system there, unless there is a mount already. The size is in bytes. */
export async function mountTmpfs(folder: string, size?: number): Promise<void> {
  if (await isMounted(folder)) return;
  mount(folder, { noswap: true, ...(size !== undefined && { size }) });
}

/** Whether another file system begins at the folder than is around it. */
async function isMounted(folder: string): Promise<boolean> {
  const [{ dev: inside }, { dev: around }] = await Promise.all([stat(folder), stat(dirname(folder))]);
  return inside !== around;
}

/** Unmounts everything below the folder, and the folder, the newest first. */
export async function unmountBelow(folder: string): Promise<void> {
  const below = (await mountPoints()).filter((path) => path === folder || path.startsWith(`${folder}/`));
  for (const path of below.reverse()) unmount(path);
}
