import { constants, existsSync, open as openCallback } from 'node:fs';
import { mkdir, open, rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { makeFifo } from '@typekube/component-base/linux';
import type { Stdio } from '../backend';

export interface StdioWanted {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly terminal: boolean;
}

/**
 * The FIFOs that a process' streams go through. The runtime's shim process holds both ends of each open, so that they outlive this process:
 * another one opens them again and goes on reading.
 */
export class Fifos {
  private constructor(
    private readonly folder: string,
    readonly stdio: Stdio,
  ) {}

  static async make(folder: string, wanted: StdioWanted): Promise<Fifos> {
    const fifos = Fifos.existing(folder, wanted);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const { stdin, stdout, stderr } = fifos.stdio;
    for (const path of [stdin, stdout, stderr]) if (path && !existsSync(path)) makeFifo(path, 0o600);
    return fifos;
  }

  /** Those that were made before. */
  static existing(folder: string, wanted: StdioWanted): Fifos {
    const path = (name: 'stdin' | 'stdout' | 'stderr', isWanted: boolean): string => (isWanted ? join(folder, name) : '');
    const { terminal } = wanted;
    const stdio = { terminal, stdin: path('stdin', wanted.stdin), stdout: path('stdout', wanted.stdout), stderr: path('stderr', wanted.stderr && !terminal) };
    return new Fifos(folder, stdio);
  }

  /**
   * Opens the outputs for reading. Until `started` is called they are held open for writing too, so that they do not seem to have ended
   * before the process opens its side.
   */
  async openOutputs(): Promise<{ stdout: Socket | undefined; stderr: Socket | undefined; started(): Promise<void> }> {
    const paths = [this.stdio.stdout, this.stdio.stderr].filter(Boolean);
    const holders = await Promise.all(paths.map((path) => open(path, constants.O_RDWR | constants.O_NONBLOCK)));
    const [stdout, stderr] = await Promise.all([openSocket(this.stdio.stdout, constants.O_RDONLY), openSocket(this.stdio.stderr, constants.O_RDONLY)]);
    return {
      stdout,
      stderr,
      started: async () => {
        await Promise.all(holders.map((holder) => holder.close()));
      },
    };
  }

  /**
   * Opens the input for writing, as soon as the runtime has opened its side: what is written before, and closed, nobody would
   * read.
   */
  async openInput(): Promise<Socket | undefined> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await openSocket(this.stdio.stdin, constants.O_WRONLY);
      } catch (error) {
        if (!isUnread(error) || attempt > OPEN_ATTEMPTS) throw error;
        await sleep(OPEN_RETRY_MS);
      }
    }
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

const OPEN_RETRY_MS = 2;
const OPEN_ATTEMPTS = 1000;

/** The kernel's answer to one who would write to a FIFO that nobody reads. */
function isUnread(error: unknown): boolean {
  return typeof error === 'object' && error !== null && Reflect.get(error, 'code') === 'ENXIO';
}

/** Resolves when an output has ended and was closed; it may have been before anybody listened. */
export function closedOutput(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve();
    else socket.once('close', () => resolve());
  });
}

/** Closes an input when all that was written is out. The runtime holds the FIFO open too, and must be told to let go. */
export async function closeInput(socket: Socket): Promise<void> {
  await new Promise<void>((resolve) => socket.write(Buffer.alloc(0), () => resolve()));
  socket.destroy();
}

async function openSocket(path: string, mode: number): Promise<Socket | undefined> {
  if (!path) return undefined;
  const fd = await openDescriptor(path, mode | constants.O_NONBLOCK);
  return new Socket({ fd, readable: mode === constants.O_RDONLY, writable: mode !== constants.O_RDONLY });
}

/** A bare number: the socket owns and closes it, which a FileHandle would do a second time. */
const openDescriptor = promisify<string, number, number>(openCallback);
