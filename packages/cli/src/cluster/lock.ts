import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { makeFolder, unmakeFolders } from './make-folder';

const RETRY_MS = 200;

/** Held by one command at a time; given back at the latest when the process ends. */
export interface FolderLock {
  release(): void;
  /** The same where the command has begun nothing: the folders that were made for the lock go too. */
  abandon(): void;
}

/**
 * Takes the lock of a cluster's folder, which is made. The kernel keeps it for a child of ours (flock(1)), which ends with its standard input: nothing of
 * it stays behind a crash. Fails where another command has it for longer than that.
 */
export async function lockFolder(root: string, patienceMs: number): Promise<FolderLock> {
  const made = makeFolder(root);
  for (const deadline = Date.now() + patienceMs; ; await delay(RETRY_MS)) {
    const release = await tryLock(root);
    if (release) return { release, abandon: () => giveBack(made, release) };
    if (Date.now() >= deadline) throw new Error(`another typekube command is at work in ${root}: wait for its end`);
  }
}

function giveBack(made: readonly string[], release: () => void): void {
  try {
    unmakeFolders(made);
  } finally {
    release();
  }
}

async function tryLock(root: string): Promise<(() => void) | undefined> {
  const child = spawn('flock', ['--nonblock', root, 'cat'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit').then(() => false);
  child.stdin.on('error', () => undefined);
  child.stdin.write('.');
  const taken = once(child.stdout, 'data').then(() => true);
  if (!(await Promise.race([taken, ended]))) return undefined;
  return () => child.stdin.end();
}
