import { closeSync } from 'node:fs';
import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { calls, check, SystemCallError } from './libc';

export interface ProgramInput {
  readonly args?: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What it reads from its standard input. */
  readonly input?: string;
  /** Ended by force after so long. Default: no limit. */
  readonly timeoutMs?: number;
}

export interface ProgramResult {
  /** Its exit status; 128 and the signal's number where a signal ended it, as shells say it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const STDIO = 3;
const O_CLOEXEC = 0o2000000;

/**
 * Runs the program of that path to its end. What node's own `spawn` costs grows with the memory of this process, which it copies the map of: this
 * does not. Fails where the program cannot be started.
 */
export async function runSmall(path: string, { args = [], env, input = '', timeoutMs }: ProgramInput): Promise<ProgramResult> {
  const pipes = openPipes();
  let pid: number;
  try {
    pid = start(path, [path, ...args], { env, stdio: [pipes[0].read, pipes[1].write, pipes[2].write] });
  } catch (error) {
    for (const file of [pipes[0].write, pipes[1].read, pipes[2].read]) closeSync(file);
    throw error;
  } finally {
    for (const file of [pipes[0].read, pipes[1].write, pipes[2].write]) closeSync(file);
  }
  const timer = timeoutMs === undefined ? undefined : setTimeout(() => process.kill(pid, 'SIGKILL'), timeoutMs);
  try {
    const stdin = new Socket({ fd: pipes[0].write, readable: false, writable: true });
    // A program that ends without reading its input breaks the pipe: its exit code says what matters.
    stdin.on('error', () => undefined).end(input);
    const [stdout, stderr] = await Promise.all([readAll(pipes[1].read), readAll(pipes[2].read)]);
    return { code: await exitOf(pid), stdout, stderr };
  } finally {
    clearTimeout(timer);
  }
}

interface Pipe {
  readonly read: number;
  readonly write: number;
}

function openPipes(): [Pipe, Pipe, Pipe] {
  const opened: Pipe[] = [];
  try {
    while (opened.length < STDIO) {
      const ends = [-1, -1];
      check(calls.pipe2(ends, O_CLOEXEC), 'opening a pipe');
      opened.push({ read: ends[0] ?? -1, write: ends[1] ?? -1 });
    }
  } catch (error) {
    for (const { read, write } of opened) for (const file of [read, write]) closeSync(file);
    throw error;
  }
  const [stdin, stdout, stderr] = opened;
  if (!stdin || !stdout || !stderr) throw new Error('three pipes were opened');
  return [stdin, stdout, stderr];
}

/** Larger than any C library's own. */
const STRUCT_BYTES = 1024;
const SIGNALS_BYTES = 128;
const POSIX_SPAWN_SETSIGDEF = 4;
const POSIX_SPAWN_SETSIGMASK = 8;
const ALL_SIGNALS = Buffer.alloc(SIGNALS_BYTES, 0xff);
const NO_SIGNALS = Buffer.alloc(SIGNALS_BYTES);

/** Signals that this process ignores or blocks must not be the program's. */
const ATTRIBUTES = ((): Buffer => {
  const attributes = Buffer.alloc(STRUCT_BYTES);
  calls.posix_spawnattr_init(attributes);
  calls.posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  calls.posix_spawnattr_setsigdefault(attributes, ALL_SIGNALS);
  calls.posix_spawnattr_setsigmask(attributes, NO_SIGNALS);
  return attributes;
})();

interface Start {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdio: readonly [number, number, number];
}

function start(path: string, args: readonly string[], { env, stdio }: Start): number {
  const actions = Buffer.alloc(STRUCT_BYTES);
  calls.posix_spawn_file_actions_init(actions);
  try {
    for (const [to, from] of stdio.entries()) calls.posix_spawn_file_actions_adddup2(actions, from, to);
    const variables = Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]));
    const pid = [0];
    const errno = calls.posix_spawn(pid, path, actions, ATTRIBUTES, [...args, null], [...variables, null]);
    if (errno !== 0) throw new SystemCallError(path, errno);
    return pid[0] ?? 0;
  } finally {
    calls.posix_spawn_file_actions_destroy(actions);
  }
}

async function readAll(fd: number): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of new Socket({ fd, readable: true, writable: false })) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

const WNOHANG = 1;
const MAX_PAUSE_MS = 50;

/** A program ends at the moment that its outputs do, or soon after. */
async function exitOf(pid: number): Promise<number> {
  const status = [0];
  for (let pause = 0; check(calls.waitpid(pid, status, WNOHANG), 'waiting for a program') === 0; pause = Math.min(pause * 2 + 1, MAX_PAUSE_MS)) await sleep(pause);
  const [bits = 0] = status;
  const signal = bits & 0x7f;
  return signal === 0 ? (bits >> 8) & 0xff : 128 + signal;
}
