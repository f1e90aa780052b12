import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '@typekube/component-base';
import type { cri } from '@typekube/cri-api';
import type { CgroupManager } from '../container/pod-cgroup';
import { nameOf, namespaceOf, type Pod, specOf, uidOf } from '../objects';
import type { Paths } from '../paths';
import { LABELS } from '../runtime/labels';
import type { Runtime } from '../runtime/runtime';
import { cadvisorMetrics } from './cadvisor-metrics';
import { CgroupUsageReader, type MemoryUsage } from './cgroup-usage';
import { CpuRates } from './cpu-rates';
import { type DiskUsage, diskUsage, NOTHING_USED, sumOf } from './disk-usage';
import { type FileSystemUsage, fileSystemUsage } from './file-system';
import { KERNEL, type MachineUsage, machineUsage } from './machine-usage';
import { runtimeStats } from './runtime-stats';
import type { ContainerStats, CpuStats, FsStats, InterfaceStats, MemoryStats, NetworkStats, NodeStats, PodStats, Summary } from './summary';
import { VolumeUsage } from './volume-usage';

export interface StatsOptions {
  readonly runtime: Pick<Runtime, 'services' | 'images'>;
  readonly cgroups: Pick<CgroupManager, 'pathOf'>;
  readonly paths: Paths;
  readonly nodeName: string;
  /** How long the sizes of volumes are believed, in milliseconds. */
  readonly volumeMaxAge: number;
  readonly clock: Clock;
}

/** Both file systems that fill up: of the kubelet's folder, and of the runtime's images. */
export interface NodeFileSystems {
  readonly node: FileSystemUsage;
  /** Undefined where the runtime does not say where its images lie. */
  readonly images: FileSystemUsage | undefined;
  /** What the images take of theirs. */
  readonly ofImages: DiskUsage;
}

/** A look at the node. */
export interface NodeLook {
  readonly summary: Summary;
  readonly fileSystems: NodeFileSystems;
}

/** Measures the node and its pods. */
export class StatsProvider {
  private readonly usages = new CgroupUsageReader(KERNEL.cgroup);
  private readonly rates = new CpuRates();
  private readonly volumes: VolumeUsage;
  private looking: Promise<NodeLook> | undefined;

  constructor(private readonly options: StatsOptions) {
    this.volumes = new VolumeUsage({ paths: options.paths, clock: options.clock, maxAge: options.volumeMaxAge });
  }

  /** Those who ask at the same time get the same answer. Rejects where the runtime does not answer. */
  look(pods: readonly Pod[]): Promise<NodeLook> {
    this.looking ??= this.measure(pods).finally(() => (this.looking = undefined));
    return this.looking;
  }

  /** The same as cAdvisor tells it. */
  async cadvisor(pods: readonly Pod[]): Promise<string> {
    const pathOf = (pod: Pod): string => this.options.cgroups.pathOf(pod);
    return cadvisorMetrics({ look: await this.look(pods), pods, pathOf, machine: { cpus: availableParallelism(), memoryBytes: totalmem() } });
  }

  private async measure(pods: readonly Pod[]): Promise<NodeLook> {
    const { runtime, clock } = this.options;
    const now = clock.now();
    const [machine, fileSystems, { containers: stats, networks }] = await Promise.all([
      machineUsage(KERNEL, now),
      this.fileSystems(),
      runtimeStats(runtime),
    ]);
    const byPod = newestByPod(stats);
    const measured: PodStats[] = [];
    for (const pod of pods) {
      const containers = byPod.get(uidOf(pod));
      const network = networks.get(uidOf(pod));
      if (containers) measured.push({ ...(await this.podStats(pod, containers, fileSystems)), ...(network && { network: networkStats(network) }) });
    }
    const node = this.nodeStats(machine, fileSystems, now);
    this.rates.endRound();
    this.volumes.keep(new Set(pods.map(uidOf)));
    return { summary: { node, pods: measured }, fileSystems };
  }

  async fileSystems(): Promise<NodeFileSystems> {
    const { runtime, paths } = this.options;
    const { imageFilesystems } = await runtime.images.ImageFsInfo({});
    const [first] = imageFilesystems;
    const mountpoint = first?.fsId?.mountpoint;
    const [node, images] = await Promise.all([fileSystemUsage(paths.rootDir), mountpoint ? fileSystemUsage(mountpoint) : undefined]);
    return { node, images, ofImages: { bytes: first?.usedBytes?.value ?? 0, inodes: first?.inodesUsed?.value ?? 0 } };
  }

  private nodeStats({ startedAt, cpuNanoseconds, memory, processes }: MachineUsage, { node, images, ofImages }: NodeFileSystems, now: number): NodeStats {
    const time = timeText(now);
    const imageFs = images && fsStats(images, ofImages, time);
    return {
      nodeName: this.options.nodeName,
      startTime: timeText(startedAt),
      cpu: this.cpuStats('', cpuNanoseconds, now),
      memory: { time, availableBytes: memory.available, usageBytes: memory.usage, workingSetBytes: memory.workingSet },
      fs: fsStats(node, { bytes: node.usedBytes, inodes: node.inodes - node.inodesFree }, time),
      runtime: imageFs ? { imageFs, containerFs: imageFs } : {},
      rlimit: { time, maxpid: processes.most, curproc: processes.running },
    };
  }

  private async podStats(pod: Pod, stats: readonly cri.ContainerStats[], fileSystems: NodeFileSystems): Promise<PodStats> {
    const { cgroups, clock, paths } = this.options;
    const usage = await this.usages.read(cgroups.pathOf(pod));
    const now = clock.now();
    const time = timeText(now);
    const containers: ContainerStats[] = [];
    for (const each of stats) {
      const name = each.attributes?.labels[LABELS.containerName] ?? '';
      containers.push(this.containerStats(pod, each, { name, logs: await diskUsage(join(paths.podLogs(pod), name)), fileSystems }));
    }
    const volumes = await this.volumes.of(uidOf(pod));
    const onDisk = (specOf(pod).volumes ?? []).filter(countsForPod).map(({ name }) => volumes.get(name) ?? NOTHING_USED);
    const own = [...containers.flatMap(({ rootfs, logs }) => [rootfs, logs]).map(usedOf), ...onDisk];
    const { startTime } = pod.status ?? {};
    return {
      podRef: { name: nameOf(pod), namespace: namespaceOf(pod), uid: uidOf(pod) },
      ...(startTime && { startTime }),
      containers,
      ...(usage && {
        cpu: this.cpuStats(uidOf(pod), usage.cpuNanoseconds, now),
        memory: memoryStats(usage.memory, time),
        process_stats: { process_count: usage.processes },
      }),
      volume: [...volumes].map(([name, used]) => ({ name, ...fsStats(fileSystems.node, used, time) })),
      'ephemeral-storage': fsStats(fileSystems.node, sumOf(own), time),
    };
  }

  private containerStats(
    pod: Pod,
    { attributes, cpu, memory, writableLayer }: cri.ContainerStats,
    { name, logs, fileSystems }: { readonly name: string; readonly logs: DiskUsage; readonly fileSystems: NodeFileSystems },
  ): ContainerStats {
    const startTime = startOf(pod, name);
    const now = this.options.clock.now();
    const written = { bytes: writableLayer?.usedBytes?.value ?? 0, inodes: writableLayer?.inodesUsed?.value ?? 0 };
    return {
      name,
      ...(startTime && { startTime }),
      ...(cpu && { cpu: this.cpuStats(attributes?.id ?? '', cpu.usageCoreNanoSeconds?.value ?? 0, milliseconds(cpu.timestamp)) }),
      ...(memory && { memory: containerMemory(memory) }),
      rootfs: fsStats(fileSystems.images ?? fileSystems.node, written, timeText(now)),
      logs: fsStats(fileSystems.node, logs, timeText(now)),
    };
  }

  private cpuStats(key: string, nanoseconds: number, at: number): CpuStats {
    const rate = this.rates.rate(key, nanoseconds, at);
    return { time: timeText(at), ...(rate !== undefined && { usageNanoCores: rate }), usageCoreNanoSeconds: nanoseconds };
  }
}

/** Of containers with one name in a pod, the newest counts: the others have ended. */
function newestByPod(stats: readonly cri.ContainerStats[]): Map<string, cri.ContainerStats[]> {
  const byPod = new Map<string, Map<string, cri.ContainerStats>>();
  for (const each of stats) {
    const { [LABELS.podUid]: uid, [LABELS.containerName]: name } = each.attributes?.labels ?? {};
    if (!uid || !name) continue;
    const containers = byPod.get(uid) ?? new Map<string, cri.ContainerStats>();
    byPod.set(uid, containers);
    if ((containers.get(name)?.attributes?.metadata?.attempt ?? -1) < (each.attributes?.metadata?.attempt ?? 0)) containers.set(name, each);
  }
  return new Map([...byPod].map(([uid, containers]) => [uid, [...containers.values()]]));
}

/** Volumes on disk whose contents are the pod's own (util.IsLocalEphemeralVolume). */
function countsForPod({ emptyDir, configMap, gitRepo }: NonNullable<ReturnType<typeof specOf>['volumes']>[number]): boolean {
  return (emptyDir !== undefined && !emptyDir.medium) || configMap !== undefined || gitRepo !== undefined;
}

function startOf({ status = {} }: Pod, name: string): string | undefined {
  const { containerStatuses = [], initContainerStatuses = [], ephemeralContainerStatuses = [] } = status;
  return [...containerStatuses, ...initContainerStatuses, ...ephemeralContainerStatuses].find((each) => each.name === name)?.state?.running?.startedAt;
}

function containerMemory({ timestamp, workingSetBytes, usageBytes, availableBytes, rssBytes, pageFaults, majorPageFaults }: cri.MemoryUsage): MemoryStats {
  return {
    time: timeText(milliseconds(timestamp)),
    ...(availableBytes && { availableBytes: availableBytes.value }),
    usageBytes: usageBytes?.value ?? 0,
    workingSetBytes: workingSetBytes?.value ?? 0,
    rssBytes: rssBytes?.value ?? 0,
    pageFaults: pageFaults?.value ?? 0,
    majorPageFaults: majorPageFaults?.value ?? 0,
  };
}

function networkStats({ timestamp, defaultInterface, interfaces }: cri.NetworkUsage): NetworkStats {
  const own = defaultInterface ? interfaceStats(defaultInterface) : undefined;
  return { time: timeText(milliseconds(timestamp)), ...own, interfaces: [...(own ? [own] : []), ...interfaces.map(interfaceStats)] };
}

function interfaceStats({ name, rxBytes, rxErrors, txBytes, txErrors }: cri.NetworkInterfaceUsage): InterfaceStats {
  return { name, rxBytes: rxBytes?.value ?? 0, rxErrors: rxErrors?.value ?? 0, txBytes: txBytes?.value ?? 0, txErrors: txErrors?.value ?? 0 };
}

function memoryStats({ usage, workingSet, rss, pageFaults, majorPageFaults }: MemoryUsage, time: string): MemoryStats {
  return { time, usageBytes: usage, workingSetBytes: workingSet, rssBytes: rss, pageFaults, majorPageFaults };
}

/** A file system, and what of it is used by something. */
function fsStats({ availableBytes, capacityBytes, inodesFree, inodes }: FileSystemUsage, used: DiskUsage, time: string): FsStats {
  return { time, availableBytes, capacityBytes, usedBytes: used.bytes, inodesFree, inodes, inodesUsed: used.inodes };
}

export function usedOf({ usedBytes, inodesUsed }: FsStats): DiskUsage {
  return { bytes: usedBytes, inodes: inodesUsed };
}

/** CRI counts in nanoseconds. */
function milliseconds(nanoseconds: number): number {
  return Math.floor(nanoseconds / 1_000_000);
}

function timeText(at: number): string {
  return new Date(at).toISOString();
}
