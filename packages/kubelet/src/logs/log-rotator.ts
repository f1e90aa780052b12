import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type Clock, type Logger, sleep } from '@typekube/component-base';
import { cri } from '@typekube/cri-api';
import type { LogRules } from '../config/log-rules';
import { errorText, isMissing } from '../program';
import { isNotFound, type Runtime } from '../runtime/runtime';
import { COMPRESSED, planRotation, rotatedFiles, rotatedName, TEMPORARY } from './rotated-files';

export interface LogRotatorOptions {
  readonly runtime: { readonly services: Pick<Runtime['services'], 'ListContainers' | 'ContainerStatus' | 'ReopenContainerLog'> };
  readonly rules: LogRules;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Puts the logs of running containers aside that have become too large, and keeps only so many. */
export class LogRotator {
  constructor(private readonly options: LogRotatorOptions) {}

  /** A size below zero: logs may become as large as they like. */
  async run(signal: AbortSignal): Promise<void> {
    const { rules, clock, log } = this.options;
    while (!signal.aborted && rules.maxBytes >= 0) {
      await this.step(signal).catch((error: unknown) => log.warn('Failed to rotate container logs', { error: errorText(error) }));
      await sleep(clock, rules.interval, signal).catch(() => undefined);
    }
  }

  /** Looks at every running container once, at so many at a time as the rules say. What has ended writes no more. */
  async step(signal: AbortSignal): Promise<void> {
    const { runtime, rules } = this.options;
    const { containers } = await runtime.services.ListContainers({ filter: { state: { state: cri.ContainerState.CONTAINER_RUNNING } } });
    const due = containers.map(({ id }) => id).values();
    const work = async (): Promise<void> => {
      for (const id of due) {
        if (signal.aborted) return;
        await this.look(id);
      }
    };
    await Promise.all(Array.from({ length: rules.workers }, work));
  }

  private async look(containerId: string): Promise<void> {
    const { runtime, rules, log } = this.options;
    try {
      const { status } = await runtime.services.ContainerStatus({ containerId });
      if (!status?.logPath || status.state !== cri.ContainerState.CONTAINER_RUNNING) return;
      if ((await this.sizeOf(containerId, status.logPath)) >= rules.maxBytes) await this.rotate(containerId, status.logPath);
    } catch (error) {
      if (!isNotFound(error)) log.warn('Failed to rotate the log of a container', { container: containerId, error: errorText(error) });
    }
  }

  /** A log that is not there was put aside by a kubelet that ended before the runtime was told. */
  private async sizeOf(containerId: string, path: string): Promise<number> {
    try {
      return (await stat(path)).size;
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
    await this.options.runtime.services.ReopenContainerLog({ containerId });
    return (await stat(path)).size;
  }

  private async rotate(containerId: string, path: string): Promise<void> {
    const { runtime, rules, clock } = this.options;
    const rotated = await rotatedFiles(path);
    const { remove, compress } = planRotation(rotated, rules.maxFiles);
    for (const file of remove) await rm(file, { force: true });
    for (const file of compress) await compressFile(file);
    const aside = rotatedName(path, clock.now());
    // A clock that was put back must not make one log take the place of another.
    if ([aside, `${aside}${COMPRESSED}`].some((file) => rotated.includes(file))) throw new Error(`${aside} is there already`);
    await rename(path, aside);
    try {
      await runtime.services.ReopenContainerLog({ containerId });
    } catch (error) {
      await rename(aside, path);
      throw error;
    }
  }
}

/** Takes the place of the file when it is whole. */
async function compressFile(path: string): Promise<void> {
  const { mode } = await stat(path);
  const temporary = `${path}${TEMPORARY}`;
  try {
    await pipeline(createReadStream(path), createGzip(), createWriteStream(temporary, { mode }));
    await rename(temporary, `${path}${COMPRESSED}`);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await rm(path);
}
