import { readFile } from 'node:fs/promises';
import { runProgram } from '../program';

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
  if ((await mountPoints()).includes(folder)) return;
  const options = ['noswap', ...(size === undefined ? [] : [`size=${size}`])];
  try {
    await runProgram('mount', ['-t', 'tmpfs', '-o', options.join(','), 'tmpfs', folder]);
  } catch {
    // Kernels before 6.4 do not know noswap.
    await runProgram('mount', ['-t', 'tmpfs', ...(size === undefined ? [] : ['-o', `size=${size}`]), 'tmpfs', folder]);
  }
}

/** Unmounts everything below the folder, and the folder, the newest first. */
export async function unmountBelow(folder: string): Promise<void> {
  const below = (await mountPoints()).filter((path) => path === folder || path.startsWith(`${folder}/`));
  for (const path of below.reverse()) await runProgram('umount', [path]);
}
