import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { processesInCgroups } from './cgroups';

const PROGRAMS: ReadonlySet<string> = new Set([
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'containerd',
  'containerd-shim-runc-v2',
  'cri-shim',
  'kubelet',
  'kube-proxy',
  'kube-dns',
]);

/** The cluster's own processes, by program and by a path below its folder in their command line. */
export function processesOf(root: string): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => isOurs(commandLine(pid), root)).map(Number);
}

/** Others may have the folder in their command line too: an editor, a shell, `sudo typekube down`. */
export function isOurs(words: readonly string[], root: string): boolean {
  const [first = '', second = ''] = words;
  const program = basename(first) === 'node' ? basename(second) : basename(first);
  return PROGRAMS.has(program) && words.slice(1).some((word) => word === root || word.includes(`${root}/`));
}

/** Time for components, and then for pods, to end. */
const STOP_MS = 60_000;

/**
 * Ends what a supervisor that was killed has left: its components, then the pods. These need their runtime to go with network and mounts, so it
 * is started once more, among the mounts that the pods were made in.
 */
export async function endLeftovers(root: string): Promise<void> {
  await endProcesses(() => processesOf(root).filter((pid) => !isShim(pid)), STOP_MS);
  const [shim] = processesOf(root).filter(isShim);
  if (shim !== undefined) {
    const command = [process.execPath, process.argv[1] ?? '', 'remove-pods', root];
    spawnSync('nsenter', ['--mount', '--target', String(shim), ...command], { stdio: ['ignore', 'ignore', 'inherit'], timeout: STOP_MS });
  }
  await endProcesses(() => processesOf(root), STOP_MS);
  // Containers whose shim was killed too are nobody's: no runtime finds them again.
  await endProcesses(() => processesInCgroups(root), 0);
}

/** containerd's own process beside each container, which outlives it. */
function isShim(pid: number): boolean {
  return commandLine(String(pid))[0]?.includes('containerd-shim') ?? false;
}

/** Ends processes that a killed supervisor has left, and waits until they are gone. */
export async function endProcesses(find: () => number[], timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (const pid of find()) send(pid, 'SIGTERM');
  while (find().length) {
    if (Date.now() > deadline) for (const pid of find()) send(pid, 'SIGKILL');
    await delay(50);
  }
}

function commandLine(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    // It has ended since its folder was listed.
    return [];
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
