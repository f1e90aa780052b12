import { readFile } from 'node:fs/promises';
import { freemem, totalmem } from 'node:os';
import type { cri } from '@typekube/cri-api';
import { LABELS } from '../runtime/labels';
import type { Runtime } from '../runtime/runtime';

/** `/stats/summary`: what the node and its pods use now (stats/v1alpha1). */
export async function statsSummary(runtime: Runtime, nodeName: string): Promise<object> {
  const time = new Date().toISOString();
  const { stats } = await runtime.services.ListContainerStats({});
  const byPod = new Map<string, cri.ContainerStats[]>();
  for (const each of stats) {
    const uid = each.attributes?.labels[LABELS.podUid];
    if (uid) byPod.set(uid, [...(byPod.get(uid) ?? []), each]);
  }
  return {
    node: {
      nodeName,
      startTime: new Date(Date.now() - Number((await readFile('/proc/uptime', 'utf8')).split(' ')[0]) * 1000).toISOString(),
      cpu: { time, usageCoreNanoSeconds: await cpuNanoseconds() },
      memory: { time, availableBytes: freemem(), usageBytes: totalmem() - freemem(), workingSetBytes: totalmem() - freemem() },
    },
    pods: [...byPod.values()].map(podSummary),
  };
}

const NANOSECONDS_A_TICK = 10_000_000;

/** Time that the processors did not idle. */
async function cpuNanoseconds(): Promise<number> {
  const [, ...ticks] = ((await readFile('/proc/stat', 'utf8')).split('\n')[0] ?? '').split(/\s+/);
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = ticks.map(Number);
  return (user + nice + system + irq + softirq) * NANOSECONDS_A_TICK;
}

function podSummary(stats: readonly cri.ContainerStats[]): object {
  const labels = stats[0]?.attributes?.labels ?? {};
  const containers = stats.map(containerSummary);
  const sum = (read: (each: (typeof containers)[number]) => number): number =>
    containers.reduce((total, each) => total + read(each), 0);
  return {
    podRef: { name: labels[LABELS.podName], namespace: labels[LABELS.podNamespace], uid: labels[LABELS.podUid] },
    containers,
    cpu: { time: containers[0]?.cpu.time, usageCoreNanoSeconds: sum(({ cpu }) => cpu.usageCoreNanoSeconds) },
    memory: { time: containers[0]?.memory.time, workingSetBytes: sum(({ memory }) => memory.workingSetBytes) },
  };
}

interface ContainerSummary {
  readonly name: string;
  readonly cpu: { readonly time: string; readonly usageCoreNanoSeconds: number };
  readonly memory: {
    readonly time: string;
    readonly workingSetBytes: number;
    readonly usageBytes: number;
    readonly rssBytes: number;
  };
}

function containerSummary({ attributes, cpu, memory }: cri.ContainerStats): ContainerSummary {
  const timeOf = (nanoseconds = 0): string => new Date(nanoseconds / 1_000_000).toISOString();
  return {
    name: attributes?.labels[LABELS.containerName] ?? '',
    cpu: { time: timeOf(cpu?.timestamp), usageCoreNanoSeconds: cpu?.usageCoreNanoSeconds?.value ?? 0 },
    memory: {
      time: timeOf(memory?.timestamp),
      workingSetBytes: memory?.workingSetBytes?.value ?? 0,
      usageBytes: memory?.usageBytes?.value ?? 0,
      rssBytes: memory?.rssBytes?.value ?? 0,
    },
  };
}
