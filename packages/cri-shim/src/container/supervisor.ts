import { join } from 'node:path';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@typekube/component-base';
import type { Backend, Exit } from '../backend';
import { detailsOf, isNotFound } from '../errors';
import { EventType } from '../events';
import { containerFolder, now, publishEvent, type Shim } from '../shim';
import { closedOutput, Fifos } from '../streams/fifos';
import { type LogStream, LogWriter } from '../streams/log-writer';
import { cgroupPath, outOfMemoryKills } from './cgroup';
import { type ContainerLife, type ContainerRecord, exitReason, START_ERROR_CODE, UNKNOWN_EXIT_CODE } from './record';

/** Told of what a container writes. */
export type OutputListener = (stream: LogStream, chunk: Buffer) => void;

/** How long the outputs of an ended container may take to run dry: grandchildren can hold them open for ever. */
const DRAIN_MS = 2000;

interface Running {
  readonly fifos: Fifos;
  readonly log: LogWriter | undefined;
  readonly listeners: Set<OutputListener>;
  readonly drained: Promise<unknown>;
  readonly sockets: readonly Socket[];
  readonly exited: Promise<void>;
  stdin: Socket | undefined;
}

/** Watches running containers: writes their logs, notices their ends. */
export class Supervisor {
  private readonly running = new Map<string, Running>();
  private isClosed = false;

  constructor(private readonly shim: Pick<Shim, 'sandboxes' | 'containers' | 'events' | 'paths' | 'host'> & { readonly backend: Backend; readonly log: Logger }) {}

  /** Starts a created container. One that cannot be started has ended, with code 128 and the reason StartError, as upstream has it. */
  async start(record: ContainerRecord): Promise<void> {
    const { backend, containers } = this.shim;
    const fifos = await Fifos.make(this.ioFolder(record.id), wantedStdio(record));
    const outputs = await fifos.openOutputs();
    const log = openLog(record);
    try {
      const pid = await backend.start(record.id, fifos.stdio);
      await containers.put({ ...record, life: { at: 'running', startedAt: now(), pid } }).catch(async (error: unknown) => {
        // Nobody would look after a container that is not known to run.
        await backend.deleteTask(record.id);
        throw error;
      });
    } catch (error) {
      log?.close();
      outputs.stdout?.destroy();
      outputs.stderr?.destroy();
      await fifos.remove();
      const life: ContainerLife = { at: 'exited', startedAt: 0, finishedAt: now(), exitCode: START_ERROR_CODE, reason: 'StartError', message: detailsOf(error) };
      await containers.note({ ...record, life });
      throw error;
    } finally {
      await outputs.started();
    }
    this.watch(record.id, { fifos, log, stdout: outputs.stdout, stderr: outputs.stderr });
    publishEvent(this.shim, EventType.CONTAINER_STARTED_EVENT, record.id, record.sandboxId);
  }

  /** Goes on with a container that an earlier run of this program started. */
  async resume(record: ContainerRecord): Promise<void> {
    const fifos = await Fifos.make(this.ioFolder(record.id), wantedStdio(record));
    const outputs = await fifos.openOutputs();
    this.watch(record.id, { fifos, log: openLog(record), stdout: outputs.stdout, stderr: outputs.stderr });
    await outputs.started();
  }

  /** Resolves when the container has ended and its record says so; at once if it does not run. */
  exited(id: string): Promise<void> {
    return this.running.get(id)?.exited ?? Promise.resolve();
  }

  reopenLog(id: string): void {
    this.running.get(id)?.log?.reopen();
  }

  /** Passes on what the container writes from now on, until the function that is given is called. */
  listen(id: string, listener: OutputListener): () => void {
    const running = this.running.get(id);
    running?.listeners.add(listener);
    return () => running?.listeners.delete(listener);
  }

  /** The container's input; undefined where it has none. */
  async stdin(id: string): Promise<Socket | undefined> {
    const running = this.running.get(id);
    if (!running) return undefined;
    running.stdin ??= await running.fifos.openInput();
    return running.stdin;
  }

  /** Lets go of all containers, which run on: another run of this program takes them up. */
  close(): void {
    this.isClosed = true;
    for (const { sockets, stdin, log } of this.running.values()) {
      for (const socket of sockets) socket.destroy();
      stdin?.destroy();
      log?.close();
    }
    this.running.clear();
  }

  private watch(id: string, { fifos, log, stdout, stderr }: { fifos: Fifos; log: LogWriter | undefined; stdout?: Socket | undefined; stderr?: Socket | undefined }): void {
    const listeners = new Set<OutputListener>();
    const sockets = [stdout, stderr].filter((socket) => socket !== undefined);
    const pump = (stream: LogStream, socket: Socket | undefined): Promise<void> => (socket ? this.pump(id, { stream, socket, log, listeners }) : Promise.resolve());
    const drained = Promise.all([pump('stdout', stdout), pump('stderr', stderr)]);
    const exited = this.watchExit(id).catch((error: unknown) => this.shim.log.error('the end of a container could not be noted', error, { container: id }));
    this.running.set(id, { fifos, log, listeners, drained, sockets, exited, stdin: undefined });
  }

  private pump(id: string, { stream, socket, log, listeners }: { stream: LogStream; socket: Socket; log: LogWriter | undefined; listeners: Set<OutputListener> }): Promise<void> {
    socket.on('data', (chunk: Buffer) => {
      try {
        log?.write(stream, chunk);
      } catch (error) {
        this.shim.log.error('the log of a container cannot be written', error, { container: id });
      }
      for (const listener of listeners) listener(stream, chunk);
    });
    socket.on('error', (error) => this.shim.log.warn('an output of a container broke', { container: id, stream, error: error.message }));
    return closedOutput(socket);
  }

  private async watchExit(id: string): Promise<void> {
    const exit = await this.exitOf(id);
    if (this.isClosed) return;
    const isOutOfMemory = await wasOutOfMemory(this.shim, id);
    if (exit) await this.shim.backend.deleteTask(id);
    const running = this.running.get(id);
    if (running) await finish(running);
    this.running.delete(id);
    const record = this.shim.containers.get(id);
    if (record?.life.at !== 'running') return;
    const { startedAt } = record.life;
    const life: ContainerLife = exit
      ? { at: 'exited', startedAt, finishedAt: exit.at || now(), exitCode: exit.code, reason: exitReason(exit.code, isOutOfMemory), message: '' }
      : unknownEnd(startedAt);
    await this.shim.containers.note({ ...record, life });
    publishEvent(this.shim, EventType.CONTAINER_STOPPED_EVENT, id, record.sandboxId);
  }

  /** Undefined when nobody knows any more. */
  private async exitOf(id: string): Promise<Exit | undefined> {
    try {
      return await this.shim.backend.wait(id);
    } catch (error) {
      if (isNotFound(error) || this.isClosed) return undefined;
      throw error;
    }
  }

  private ioFolder(id: string): string {
    return join(containerFolder(this.shim.paths, id), 'io');
  }
}

/** How a container ended that was gone when somebody looked. */
export function unknownEnd(startedAt: number): ContainerLife {
  return { at: 'exited', startedAt, finishedAt: now(), exitCode: UNKNOWN_EXIT_CODE, reason: 'Unknown', message: '' };
}

/** Has the kernel killed a process of the container for want of memory? Asked while its cgroup is still there. */
async function wasOutOfMemory({ containers, sandboxes, host }: Pick<Shim, 'containers' | 'sandboxes' | 'host'>, id: string): Promise<boolean> {
  const record = containers.get(id);
  const sandbox = record && sandboxes.get(record.sandboxId);
  return sandbox !== undefined && (await outOfMemoryKills(host, cgroupPath(sandbox.config, id))) > 0;
}

async function finish({ drained, sockets, stdin, log, fifos }: Running): Promise<void> {
  const timeout = new AbortController();
  await Promise.race([drained, sleep(DRAIN_MS, undefined, { signal: timeout.signal }).catch(() => undefined)]);
  timeout.abort();
  for (const socket of sockets) socket.destroy();
  stdin?.destroy();
  log?.close();
  await fifos.remove();
}

function wantedStdio({ config }: ContainerRecord): { stdin: boolean; stdout: boolean; stderr: boolean; terminal: boolean } {
  return { stdin: config.stdin, stdout: true, stderr: !config.tty, terminal: config.tty };
}

function openLog({ logPath }: ContainerRecord): LogWriter | undefined {
  return logPath ? new LogWriter(logPath) : undefined;
}
