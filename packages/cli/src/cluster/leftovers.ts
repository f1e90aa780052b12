import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Processes whose command line names something below the folder: the cluster's own, and what they have left behind. */
export function processesOf(root: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => commandLine(pid).some((word) => word === root || word.includes(`${root}/`)))
    .map(Number);
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
