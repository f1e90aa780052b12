import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { mkdir, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { bindMount, inNewNamespaces, mountTmpfs, type NamespaceKind, networkControl, ownNamespace, setHostname, startLoopback, unmount } from '@typekube/component-base/linux';
import { cri } from '@typekube/cri-api';

/** The paths of a sandbox's own namespaces; undefined for the node's. */
export interface SandboxNamespaces {
  readonly network?: string;
  readonly ipc?: string;
  readonly uts?: string;
  readonly pid?: string;
}

export interface NamespaceWish {
  readonly modes: { readonly network: cri.NamespaceMode; readonly pid: cri.NamespaceMode; readonly ipc: cri.NamespaceMode };
  readonly hostname: string;
  readonly sysctls: Readonly<Record<string, string>>;
}

const SHM_BYTES = 64 * 1024 * 1024;

/** What statfs says of a namespace's file. */
const NSFS_MAGIC = 0x6e736673;

/** Which namespaces a sandbox has of its own, and where they are pinned. A pod on the host's network has the host's name too. */
export function namespacePaths(folder: string, { network, pid, ipc }: NamespaceWish['modes']): SandboxNamespaces {
  const { NODE, POD } = cri.NamespaceMode;
  return {
    ...(network !== NODE && { network: join(folder, 'net'), uts: join(folder, 'uts') }),
    ...(ipc !== NODE && { ipc: join(folder, 'ipc') }),
    ...(pid === POD && { pid: join(folder, 'pid') }),
  };
}

/** The folder of the pod's shared memory: its own, or the host's with the host's IPC namespace. */
export function shmPath(folder: string, { ipc }: NamespaceWish['modes']): string {
  return ipc === cri.NamespaceMode.NODE ? '/dev/shm' : join(folder, 'shm');
}

/**
 * Makes the namespaces and pins them by bind mounts, so that they last without a process. Only a shared PID namespace needs one: it ends with
 * its first process. Gives that process, if there is one.
 */
export async function makeNamespaces(folder: string, { modes, hostname, sysctls }: NamespaceWish): Promise<number | undefined> {
  const { network, ipc, uts, pid } = namespacePaths(folder, modes);
  const shm = join(folder, 'shm');
  await mkdir(shm, { recursive: true, mode: 0o711 });
  for (const path of [network, ipc, uts, pid]) if (path) await writeFile(path, '');
  const wanted: readonly (readonly [NamespaceKind, string | undefined])[] = [['net', network], ['ipc', ipc], ['uts', uts]];
  const pins = wanted.flatMap(([kind, path]) => (path === undefined ? [] : [{ kind, path }]));
  const settings = Object.entries(sysctls).map(([name, value]) => ({ path: sysctlPath(name), value }));
  if (pins.length === 0 && settings.length) throw new Error("sysctls need namespaces of the pod's own");
  let control: number | undefined;
  if (pins.length) {
    inNewNamespaces(pins.map(({ kind }) => kind), () => {
      if (uts && hostname) setHostname(hostname);
      for (const { path, value } of settings) writeFileSync(path, value);
      for (const { kind, path } of pins) bindMount(ownNamespace(kind), path);
      if (network) control = networkControl();
    });
  }
  if (control !== undefined) await startLoopback(control);
  if (ipc) mountTmpfs(shm, { size: SHM_BYTES, mode: 0o1777, flags: ['nosuid', 'nodev', 'noexec'] });
  return pid === undefined ? undefined : holdPidNamespace(pid);
}

function sysctlPath(name: string): string {
  if (!/^[\w./-]+$/.test(name) || name.includes('..')) throw new Error(`invalid sysctl name ${JSON.stringify(name)}`);
  // A name with slashes may have dots in its parts, such as the name of an interface.
  return join('/proc/sys', name.includes('/') ? name : name.replaceAll('.', '/'));
}

/** The first process of a shared PID namespace: sleeps, and as it ignores SIGCHLD, the kernel buries orphans in its stead. */
async function holdPidNamespace(path: string): Promise<number> {
  const args = [`--pid=${path}`, '--fork', '--kill-child', '--', 'sh', '-c', 'trap "" CHLD; exec sleep infinity'];
  const holder = spawn('unshare', args, { detached: true, stdio: 'ignore', cwd: '/' });
  const failed = new Promise<never>((_resolve, reject) => {
    holder.once('error', reject);
    holder.once('exit', (code) => reject(new Error(`the holder of the PID namespace ended with ${code}`)));
  });
  holder.unref();
  const pinned = async (): Promise<number> => {
    while (!(await isNamespace(path))) await sleep(2);
    if (holder.pid === undefined) throw new Error('the holder of the PID namespace has no process');
    return holder.pid;
  };
  const pid = await Promise.race([pinned(), failed]);
  holder.removeAllListeners('exit');
  return pid;
}

export async function isNamespace(path: string): Promise<boolean> {
  return existsSync(path) && (await statfs(path)).type === NSFS_MAGIC;
}

/** Are all namespaces there? They are not after a reboot. */
export async function hasNamespaces(paths: SandboxNamespaces): Promise<boolean> {
  const wanted = [paths.network, paths.ipc, paths.uts, paths.pid].filter((path) => path !== undefined);
  return (await Promise.all(wanted.map(isNamespace))).every(Boolean);
}

/** Unpins the namespaces, ends the holder of the PID namespace, and removes the folder. Idempotent. */
export async function removeNamespaces(folder: string, holderPid: number | undefined): Promise<void> {
  if (holderPid !== undefined && (await isHolder(holderPid, folder))) process.kill(holderPid, 'SIGKILL');
  if (!existsSync(folder)) return;
  for (const path of await mountsBelow(folder)) unmount(path, { lazy: true });
  await rm(folder, { recursive: true, force: true });
}

/** Numbers of processes are used again: only the one that holds this very namespace is ended. */
async function isHolder(pid: number, folder: string): Promise<boolean> {
  try {
    return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).includes(join(folder, 'pid'));
  } catch {
    return false;
  }
}

/** Mount points at or below a folder, the deepest first. */
export async function mountsBelow(folder: string): Promise<string[]> {
  const lines = (await readFile('/proc/self/mountinfo', 'utf8')).trim().split('\n');
  const points = lines.map((line) => (line.split(' ')[4] ?? '').replace(/\\([0-7]{3})/g, (_all, octal: string) => String.fromCharCode(parseInt(octal, 8))));
  return points.filter((point) => point === folder || point.startsWith(`${folder}/`)).reverse();
}
