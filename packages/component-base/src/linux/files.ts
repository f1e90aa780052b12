import { calls, check, SystemCallError } from './libc';

const MS_NOSUID = 2;
const MS_NODEV = 4;
const MS_NOEXEC = 8;
const MS_BIND = 4096;
const MNT_DETACH = 2;

const FLAGS = { nosuid: MS_NOSUID, nodev: MS_NODEV, noexec: MS_NOEXEC } as const;

export interface TmpfsOptions {
  /** The most that it holds, in bytes; by default half of the machine's memory. */
  readonly size?: number;
  /** Of its root, such as 0o1777. */
  readonly mode?: number;
  /** Keeps its pages in memory, where the kernel can. */
  readonly noswap?: boolean;
  readonly flags?: readonly (keyof typeof FLAGS)[];
}

/** Mounts a file system in memory on a folder. */
export function mountTmpfs(folder: string, { size, mode, noswap, flags = [] }: TmpfsOptions = {}): void {
  const bits = flags.reduce((all, flag) => all | FLAGS[flag], 0);
  const data = [...(size === undefined ? [] : [`size=${size}`]), ...(mode === undefined ? [] : [`mode=${mode.toString(8)}`])];
  const mount = (options: readonly string[]): number =>
    check(calls.mount('tmpfs', folder, 'tmpfs', bits, options.join(',')), `mounting tmpfs on ${folder}`);
  if (!noswap) return void mount(data);
  try {
    mount([...data, 'noswap']);
  } catch (error) {
    // Kernels before 6.4 do not know the option.
    if (!(error instanceof SystemCallError) || error.code !== 'EINVAL') throw error;
    mount(data);
  }
}

/** Shows a file or folder in another place. */
export function bindMount(source: string, target: string): void {
  check(calls.mount(source, target, null, MS_BIND, null), `binding ${source} to ${target}`);
}

/** Takes away the newest mount of that place; `lazy`: also one that is in use, once it is no more. */
export function unmount(target: string, { lazy = false }: { readonly lazy?: boolean } = {}): void {
  check(calls.umount2(target, lazy ? MNT_DETACH : 0), `unmounting ${target}`);
}

/** Makes a named pipe. */
export function makeFifo(path: string, mode: number): void {
  check(calls.mkfifo(path, mode), `making the FIFO ${path}`);
}
