import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing } from '../program';
import { valuesOf } from './cgroup-usage';

export interface MachineUsage {
  readonly startedAt: number;
  readonly cpuNanoseconds: number;
  readonly memory: MachineMemory;
  readonly processes: { readonly running: number; readonly most: number };
}

/** In bytes. */
export interface MachineMemory {
  readonly capacity: number;
  readonly usage: number;
  readonly workingSet: number;
  readonly available: number;
}

const NANOSECONDS_A_TICK = 10_000_000;

/** Where the kernel tells of itself. */
export interface KernelFiles {
  readonly proc: string;
  readonly cgroup: string;
}

export const KERNEL: KernelFiles = { proc: '/proc', cgroup: '/sys/fs/cgroup' };

/** What all processes of the machine use together. */
export async function machineUsage(files: KernelFiles, now: number): Promise<MachineUsage> {
  const [uptime, stat, memory, processes] = await Promise.all([
    readFile(join(files.proc, 'uptime'), 'utf8'),
    readFile(join(files.proc, 'stat'), 'utf8'),
    machineMemory(files),
    processCounts(files.proc),
  ]);
  return { startedAt: now - Number(uptime.split(' ')[0]) * 1000, cpuNanoseconds: busyNanoseconds(stat), memory, processes };
}

/** Time that the processors did not idle. */
function busyNanoseconds(stat: string): number {
  const [, ...ticks] = (stat.split('\n')[0] ?? '').split(/\s+/);
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = ticks.map(Number);
  return (user + nice + system + irq + softirq) * NANOSECONDS_A_TICK;
}

/** Memory that is available is what the working set of the root cgroup leaves: the page cache counts as used as long as it is active. */
export async function machineMemory({ proc, cgroup }: KernelFiles): Promise<MachineMemory> {
  const info = valuesOf((await readFile(join(proc, 'meminfo'), 'utf8')).replace(/: +/g, ' '));
  const kilobytes = (name: string): number => (info.get(name) ?? 0) * 1024;
  const capacity = kilobytes('MemTotal');
  const { usage, inactive } = (await rootOfVersion1(cgroup)) ?? {
    usage: capacity - kilobytes('MemFree'),
    inactive: kilobytes('Inactive(file)'),
  };
  const workingSet = Math.max(0, usage - inactive);
  return { capacity, usage, workingSet, available: Math.max(0, capacity - workingSet) };
}

/** The root cgroup of version 2 has no sum: /proc/meminfo tells the same there. */
async function rootOfVersion1(cgroup: string): Promise<{ usage: number; inactive: number } | undefined> {
  try {
    const [usage, stat] = await Promise.all(['memory.usage_in_bytes', 'memory.stat'].map((file) => readFile(join(cgroup, 'memory', file), 'utf8')));
    return { usage: Number(usage), inactive: valuesOf(stat ?? '').get('total_inactive_file') ?? 0 };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Threads count, as they use up the numbers of processes too. */
async function processCounts(proc: string): Promise<MachineUsage['processes']> {
  const [load = '', pids, threads] = await Promise.all(
    ['loadavg', 'sys/kernel/pid_max', 'sys/kernel/threads-max'].map((file) => readFile(join(proc, file), 'utf8')),
  );
  return { running: Number(/\d+\/(\d+)/.exec(load)?.[1] ?? 0), most: Math.min(Number(pids), Number(threads)) };
}
