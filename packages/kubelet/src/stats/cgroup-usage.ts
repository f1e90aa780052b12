import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode, isMissing } from '../program';

/** What the processes of a cgroup use. */
export interface CgroupUsage {
  readonly cpuNanoseconds: number;
  readonly memory: MemoryUsage;
  readonly processes: number;
}

export interface MemoryUsage {
  readonly usage: number;
  /** What cannot be dropped at once: use without the inactive part of the page cache. */
  readonly workingSet: number;
  readonly rss: number;
  readonly pageFaults: number;
  readonly majorPageFaults: number;
}

const ROOT = '/sys/fs/cgroup';

/** Reads the accounting of cgroups, of both versions. */
export class CgroupUsageReader {
  constructor(private readonly fileSystem = ROOT) {}

  /** Undefined where there is no such cgroup, or nothing counts there. */
  async read(path: string): Promise<CgroupUsage | undefined> {
    return (await this.unified(path)) ?? (await this.split(path));
  }

  private async unified(path: string): Promise<CgroupUsage | undefined> {
    const [cpu, stat, usage, processes] = await Promise.all(
      ['cpu.stat', 'memory.stat', 'memory.current', 'pids.current'].map((file) => this.text(path, file)),
    );
    if (cpu === undefined || stat === undefined || usage === undefined) return undefined;
    const memory = memoryUsage(Number(usage), valuesOf(stat), { rss: 'anon', prefix: '' });
    return { cpuNanoseconds: (valuesOf(cpu).get('usage_usec') ?? 0) * 1000, memory, processes: Number(processes ?? 0) };
  }

  private async split(path: string): Promise<CgroupUsage | undefined> {
    const [cpu, stat, usage, processes] = await Promise.all([
      this.text('cpuacct', path, 'cpuacct.usage'),
      this.text('memory', path, 'memory.stat'),
      this.text('memory', path, 'memory.usage_in_bytes'),
      this.text('pids', path, 'pids.current'),
    ]);
    if (cpu === undefined || stat === undefined || usage === undefined) return undefined;
    const memory = memoryUsage(Number(usage), valuesOf(stat), { rss: 'rss', prefix: 'total_' });
    return { cpuNanoseconds: Number(cpu), memory, processes: Number(processes ?? 0) };
  }

  /** A cgroup may go while it is read. */
  private async text(...path: readonly string[]): Promise<string | undefined> {
    try {
      return await readFile(join(this.fileSystem, ...path), 'utf8');
    } catch (error) {
      if (isMissing(error) || hasCode(error, 'ENODEV') || hasCode(error, 'ENOTDIR')) return undefined;
      throw error;
    }
  }
}

/** The lines `NAME VALUE` of a file. */
export function valuesOf(text: string): Map<string, number> {
  const pairs = text.split('\n').map((line) => line.split(' '));
  return new Map(pairs.flatMap(([name, value]) => (name && value !== undefined ? [[name, Number(value)]] : [])));
}

function memoryUsage(usage: number, values: ReadonlyMap<string, number>, names: { readonly rss: string; readonly prefix: string }): MemoryUsage {
  const value = (name: string): number => values.get(`${names.prefix}${name}`) ?? values.get(name) ?? 0;
  return {
    usage,
    workingSet: Math.max(0, usage - value('inactive_file')),
    rss: value(names.rss),
    pageFaults: value('pgfault'),
    majorPageFaults: value('pgmajfault'),
  };
}
