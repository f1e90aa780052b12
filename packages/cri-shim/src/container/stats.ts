import { cri } from '@typekube/cri-api';
import { now } from '../shim';
import { type CgroupHost, flatKeyed, readCgroupFile } from './cgroup';

/** What a cgroup uses; undefined where it is gone. */
export interface Usage {
  readonly cpu: cri.ICpuUsage;
  readonly memory: cri.IMemoryUsage;
  readonly processes: number;
}

/** Limits above this are none: cgroup v1 shows the largest number of pages. */
const UNLIMITED = 2 ** 62;

export async function cgroupUsage(host: CgroupHost, path: string): Promise<Usage | undefined> {
  return host.cgroupVersion === 2 ? usageV2(host, path) : usageV1(host, path);
}

async function usageV1(host: CgroupHost, path: string): Promise<Usage | undefined> {
  const read = (controller: string, file: string): Promise<string | undefined> => readCgroupFile(host, { controller, path, file });
  const [cpu, stat, usage, limit, pids] = await Promise.all([
    read('cpuacct', 'cpuacct.usage'),
    read('memory', 'memory.stat'),
    read('memory', 'memory.usage_in_bytes'),
    read('memory', 'memory.limit_in_bytes'),
    read('pids', 'pids.current'),
  ]);
  if (cpu === undefined || stat === undefined || usage === undefined) return undefined;
  const values = flatKeyed(stat);
  const value = (name: string): number => values.get(`total_${name}`) ?? values.get(name) ?? 0;
  return {
    cpu: { timestamp: now(), usageCoreNanoSeconds: { value: Number(cpu) } },
    memory: memoryUsage({ usage: Number(usage), inactive: value('inactive_file'), rss: value('rss'), limit: Number(limit), faults: value('pgfault'), majorFaults: value('pgmajfault') }),
    processes: Number(pids ?? 0),
  };
}

async function usageV2(host: CgroupHost, path: string): Promise<Usage | undefined> {
  const read = (file: string): Promise<string | undefined> => readCgroupFile(host, { controller: '', path, file });
  const [cpu, stat, usage, limit, pids] = await Promise.all(['cpu.stat', 'memory.stat', 'memory.current', 'memory.max', 'pids.current'].map(read));
  if (cpu === undefined || stat === undefined || usage === undefined) return undefined;
  const values = flatKeyed(stat);
  const value = (name: string): number => values.get(name) ?? 0;
  return {
    cpu: { timestamp: now(), usageCoreNanoSeconds: { value: (flatKeyed(cpu).get('usage_usec') ?? 0) * 1000 } },
    memory: memoryUsage({ usage: Number(usage), inactive: value('inactive_file'), rss: value('anon'), limit: Number(limit?.trim()), faults: value('pgfault'), majorFaults: value('pgmajfault') }),
    processes: Number(pids ?? 0),
  };
}

interface MemoryValues {
  readonly usage: number;
  readonly inactive: number;
  readonly rss: number;
  readonly limit: number;
  readonly faults: number;
  readonly majorFaults: number;
}

/** The working set is what cannot be dropped at once: use without the inactive part of the page cache. */
function memoryUsage({ usage, inactive, rss, limit, faults, majorFaults }: MemoryValues): cri.IMemoryUsage {
  const workingSet = Math.max(0, usage - inactive);
  return {
    timestamp: now(),
    workingSetBytes: { value: workingSet },
    usageBytes: { value: usage },
    rssBytes: { value: rss },
    pageFaults: { value: faults },
    majorPageFaults: { value: majorFaults },
    ...(limit < UNLIMITED && { availableBytes: { value: Math.max(0, limit - workingSet) } }),
  };
}
