import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { constants } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import type { Exit } from '../backend';
import { ignoreNotFound, RpcError } from '../errors';
import { containerFolder, type Shim } from '../shim';
import { namesIn } from '../names-in';
import { closedOutput, closeInput, Fifos } from '../streams/fifos';
import type { ContainerRecord } from './record';
import type { SpecProcess } from './runtime-spec';

export interface ExecWish {
  readonly command: readonly string[];
  readonly terminal: boolean;
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
}

/** A command that runs in a container. */
export interface RunningExec {
  readonly stdin: Socket | undefined;
  readonly stdout: Socket | undefined;
  readonly stderr: Socket | undefined;
  /** Resolves when the command has ended and its outputs were read. Everything of it is cleaned up then. */
  readonly exited: Promise<Exit>;
  kill(signal: number): Promise<void>;
  resize(width: number, height: number): Promise<void>;
  /** Ends the command's input when all that was written has reached it. */
  endInput(): Promise<void>;
}

/** How long outputs may stay open after the command: its children can hold them. */
const DRAIN_MS = 1000;

/** Starts a command with the user, environment, folder and capabilities of the container's own process. */
export async function openExec(shim: Shim, record: ContainerRecord, wish: ExecWish): Promise<RunningExec> {
  const { id, life } = record;
  if (life.at !== 'running') {
    throw new RpcError(status.UNKNOWN, `failed to exec in container: container is in ${life.at === 'created' ? 'CONTAINER_CREATED' : 'CONTAINER_EXITED'} state`);
  }
  const { backend } = shim;
  const process = { containerId: id, execId: randomBytes(16).toString('hex') };
  const fifos = await Fifos.make(join(containerFolder(shim.paths, id), 'exec', process.execId), wish);
  const { stdout, stderr, started } = await fifos.openOutputs();
  try {
    await backend.exec(process, await execSpec(shim, id, wish), fifos.stdio);
  } catch (error) {
    for (const socket of [stdout, stderr]) socket?.destroy();
    await fifos.remove();
    throw new RpcError(status.UNKNOWN, `failed to exec in container: ${error instanceof RpcError ? error.details : String(error)}`, error);
  } finally {
    await started();
  }
  const stdin = await fifos.openInput();
  const outputs = [stdout, stderr].filter((socket) => socket !== undefined);
  const ended = outputs.map(closedOutput);
  const exited = async (): Promise<Exit> => {
    const exit = await backend.waitExec(process);
    const timer = new AbortController();
    await Promise.race([Promise.all(ended), sleep(DRAIN_MS, undefined, { signal: timer.signal }).catch(() => undefined)]);
    timer.abort();
    for (const socket of [stdin, ...outputs]) socket?.destroy();
    await backend.deleteExec(process);
    await fifos.remove();
    return exit;
  };
  return {
    stdin,
    stdout,
    stderr,
    exited: exited(),
    kill: (signal) => backend.killExec(process, signal),
    resize: (width, height) => backend.resize(process, { width, height }),
    endInput: async () => {
      if (stdin) await closeInput(stdin);
      await backend.closeStdin(process);
    },
  };
}

/** Ends the commands that an earlier run of this program had started in a container: their users are gone, and nobody reads what they write. */
export async function endAbandonedExecs({ backend, paths }: Shim, containerId: string): Promise<void> {
  const parent = join(containerFolder(paths, containerId), 'exec');
  for (const execId of await namesIn(parent)) {
    const process = { containerId, execId };
    await backend.killExec(process, constants.signals.SIGKILL);
    // One that was made and not started yet has no end to wait for.
    const timer = new AbortController();
    await Promise.race([ignoreNotFound(backend.waitExec(process)), sleep(DRAIN_MS, undefined, { signal: timer.signal }).catch(() => undefined)]);
    timer.abort();
    await backend.deleteExec(process);
    await rm(join(parent, execId), { recursive: true, force: true });
  }
}

async function execSpec({ backend }: Shim, id: string, { command, terminal }: ExecWish): Promise<SpecProcess> {
  const { process } = await backend.spec(id);
  const env = terminal && !process.env.some((entry) => entry.startsWith('TERM=')) ? [...process.env, 'TERM=xterm'] : process.env;
  return { ...process, args: command, terminal, env };
}
