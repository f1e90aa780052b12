import { linuxResources } from '../container/resources';
import { findContainer, type Pod, uidOf } from '../objects';
import { type Metric, metricText, type Sample } from './metric-text';
import type { NodeLook } from './stats-provider';
import type { ContainerStats, CpuStats, InterfaceStats, MemoryStats, PodStats } from './summary';

export interface CadvisorInput {
  readonly look: NodeLook;
  readonly pods: readonly Pod[];
  /** The cgroup of a pod. */
  readonly pathOf: (pod: Pod) => string;
  readonly machine: { readonly cpus: number; readonly memoryBytes: number };
}

type Labels = Readonly<Record<string, string>>;

/** A cgroup that is told of: the machine, a pod or a container. */
interface Subject {
  readonly labels: Labels;
  readonly cpu?: CpuStats | undefined;
  readonly memory?: MemoryStats | undefined;
}

interface PodSubject extends Subject {
  readonly stats: PodStats;
}

interface ContainerSubject extends Subject {
  readonly stats: ContainerStats;
  readonly spec: ReturnType<typeof linuxResources> | undefined;
}

/** `/metrics/cadvisor`: upstream's names, as far as the node measures what they name. */
export function cadvisorMetrics(input: CadvisorInput): string {
  return metricsOf(input)
    .filter(({ samples }) => samples.length > 0)
    .map((metric) => metricText(metric))
    .join('');
}

function metricsOf({ look: { summary }, pods: known, pathOf, machine }: CadvisorInput): Metric[] {
  const byUid = new Map(known.map((pod) => [uidOf(pod), pod]));
  const found = summary.pods.flatMap((stats) => {
    const pod = byUid.get(stats.podRef.uid);
    return pod ? [{ stats, pod }] : [];
  });
  const pods = found.map(({ stats, pod }): PodSubject => ({ stats, cpu: stats.cpu, memory: stats.memory, labels: labelsOf(stats, { id: pathOf(pod) }) }));
  const containers = found.flatMap(({ stats, pod }) => stats.containers.map((each) => containerSubject(stats, each, { pod, path: pathOf(pod), memory: machine.memoryBytes })));
  const node: Subject = { labels: { container: '', id: '/', image: '', name: '', namespace: '', pod: '' }, cpu: summary.node.cpu, memory: summary.node.memory };
  const everything = [node, ...pods, ...containers];
  const memory = (name: string, help: string, read: (memory: MemoryStats) => number | undefined): Metric =>
    gauge(name, help, everything.flatMap((each) => (each.memory ? sample(each.labels, read(each.memory), each.memory.time) : [])));
  const spec = (name: string, help: string, read: (spec: NonNullable<ContainerSubject['spec']>) => number | undefined): Metric =>
    gauge(name, help, containers.flatMap((each) => (each.spec ? sample(each.labels, read(each.spec)) : [])));
  const disk = (name: string, help: string, read: (stats: ContainerStats['rootfs']) => number | undefined): Metric =>
    gauge(name, help, containers.flatMap(({ labels, stats: { rootfs } }) => sample(labels, read(rootfs), rootfs.time)));
  const network = (name: string, help: string, read: (stats: InterfaceStats) => number): Metric =>
    counter(name, help, pods.flatMap(({ labels, stats: { network: own } }) => (own?.interfaces ?? []).flatMap((each) => sample({ ...labels, interface: each.name }, read(each), own?.time))));
  return [
    counter('container_cpu_usage_seconds_total', 'Cumulative cpu time consumed in seconds.', everything.flatMap(({ labels, cpu }) => (cpu ? sample({ ...labels, cpu: 'total' }, cpu.usageCoreNanoSeconds / 1e9, cpu.time) : []))),
    disk('container_fs_inodes_free', 'Number of available Inodes', ({ inodesFree }) => inodesFree),
    disk('container_fs_inodes_total', 'Number of Inodes', ({ inodes }) => inodes),
    disk('container_fs_limit_bytes', 'Number of bytes that can be consumed by the container on this filesystem.', ({ capacityBytes }) => capacityBytes),
    disk('container_fs_usage_bytes', 'Number of bytes that are consumed by the container on this filesystem.', ({ usedBytes }) => usedBytes),
    memory('container_memory_rss', 'Size of RSS in bytes.', ({ rssBytes }) => rssBytes),
    memory('container_memory_usage_bytes', 'Current memory usage in bytes, including all memory regardless of when it was accessed', ({ usageBytes }) => usageBytes),
    memory('container_memory_working_set_bytes', 'Current working set in bytes.', ({ workingSetBytes }) => workingSetBytes),
    network('container_network_receive_bytes_total', 'Cumulative count of bytes received', ({ rxBytes }) => rxBytes),
    network('container_network_receive_errors_total', 'Cumulative count of errors encountered while receiving', ({ rxErrors }) => rxErrors),
    network('container_network_transmit_bytes_total', 'Cumulative count of bytes transmitted', ({ txBytes }) => txBytes),
    network('container_network_transmit_errors_total', 'Cumulative count of errors encountered while transmitting', ({ txErrors }) => txErrors),
    gauge('container_processes', 'Number of processes running inside the container.', pods.flatMap(({ labels, stats }) => sample(labels, stats.process_stats?.process_count))),
    spec('container_spec_cpu_period', 'CPU period of the container.', ({ cpuPeriod }) => cpuPeriod ?? undefined),
    spec('container_spec_cpu_quota', 'CPU quota of the container.', ({ cpuQuota }) => cpuQuota ?? undefined),
    spec('container_spec_cpu_shares', 'CPU share of the container.', ({ cpuShares }) => cpuShares ?? undefined),
    spec('container_spec_memory_limit_bytes', 'Memory limit for the container.', ({ memoryLimitInBytes }) => memoryLimitInBytes ?? 0),
    gauge('container_start_time_seconds', 'Start time of the container since unix epoch in seconds.', containers.flatMap(({ labels, stats: { startTime } }) => (startTime ? sample(labels, Date.parse(startTime) / 1000) : []))),
    gauge('machine_cpu_cores', 'Number of logical CPU cores.', [{ value: machine.cpus }]),
    gauge('machine_memory_bytes', 'Amount of memory installed on the machine.', [{ value: machine.memoryBytes }]),
  ];
}

function containerSubject(pod: PodStats, stats: ContainerStats, of: { readonly pod: Pod; readonly path: string; readonly memory: number }): ContainerSubject {
  const { containerStatuses = [], initContainerStatuses = [], ephemeralContainerStatuses = [] } = of.pod.status ?? {};
  const status = [...containerStatuses, ...initContainerStatuses, ...ephemeralContainerStatuses].find(({ name }) => name === stats.name);
  const id = status?.containerID?.replace(/^.*:\/\//, '') ?? '';
  const container = findContainer(of.pod, stats.name);
  return {
    stats,
    cpu: stats.cpu,
    memory: stats.memory,
    labels: labelsOf(pod, { container: stats.name, id: id ? `${of.path}/${id}` : '', image: status?.image ?? '', name: id }),
    spec: container && linuxResources(of.pod, container, of.memory),
  };
}

function labelsOf({ podRef: { name: pod, namespace } }: PodStats, { container = '', id, image = '', name = '' }: { container?: string; id: string; image?: string; name?: string }): Labels {
  return { container, id, image, name, namespace, pod };
}

function sample(labels: Labels, value: number | undefined, time?: string): Sample[] {
  return value === undefined ? [] : [{ labels, value, time }];
}

function counter(name: string, help: string, samples: readonly Sample[]): Metric {
  return { name, type: 'counter', help, samples };
}

function gauge(name: string, help: string, samples: readonly Sample[]): Metric {
  return { name, type: 'gauge', help, samples };
}
