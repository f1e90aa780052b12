import { cri } from '@typekube/cri-api';
import { cgroupPath } from '../container/cgroup';
import type { ContainerRecord } from '../container/record';
import { cgroupUsage } from '../container/stats';
import { isNotFound } from '../errors';
import { networkUsage } from '../sandbox/network-usage';
import type { SandboxRecord } from '../sandbox/record';
import { containersOf, now, requireContainer, requireSandbox, type Shim } from '../shim';
import { hasLabels } from './filters';

export async function containerStats(shim: Shim, { containerId }: cri.ContainerStatsRequest): Promise<cri.IContainerStatsResponse> {
  return { stats: await statsOf(shim, requireContainer(shim, containerId)) };
}

/** Of running containers only. */
export async function listContainerStats(shim: Shim, { filter }: cri.ListContainerStatsRequest): Promise<cri.IListContainerStatsResponse> {
  const chosen = shim.containers.all().filter(({ id, sandboxId, config, life }) => {
    const matchesId = !filter?.id || id.startsWith(filter.id);
    const matchesSandbox = !filter?.podSandboxId || sandboxId.startsWith(filter.podSandboxId);
    return life.at === 'running' && matchesId && matchesSandbox && hasLabels(config.labels, filter?.labelSelector);
  });
  return { stats: await Promise.all(chosen.map((record) => statsOf(shim, record))) };
}

export async function podSandboxStats(shim: Shim, { podSandboxId }: cri.PodSandboxStatsRequest): Promise<cri.IPodSandboxStatsResponse> {
  return { stats: await sandboxStatsOf(shim, requireSandbox(shim, podSandboxId)) };
}

export async function listPodSandboxStats(shim: Shim, { filter }: cri.ListPodSandboxStatsRequest): Promise<cri.IListPodSandboxStatsResponse> {
  const chosen = shim.sandboxes.all().filter(({ id, config }) => (!filter?.id || id.startsWith(filter.id)) && hasLabels(config.labels, filter?.labelSelector));
  return { stats: await Promise.all(chosen.map((record) => sandboxStatsOf(shim, record))) };
}

async function statsOf({ backend, host, sandboxes }: Shim, { id, sandboxId, config }: ContainerRecord): Promise<cri.IContainerStats> {
  const sandbox = sandboxes.get(sandboxId);
  const usage = sandbox && (await cgroupUsage(host, cgroupPath(sandbox.config, id)));
  const written = await backend.writableUsage(id).catch((error: unknown) => {
    if (isNotFound(error)) return { bytes: 0, inodes: 0 };
    throw error;
  });
  return {
    attributes: { id, metadata: config.metadata, labels: config.labels, annotations: config.annotations },
    ...(usage && { cpu: usage.cpu, memory: usage.memory }),
    writableLayer: { timestamp: now(), usedBytes: { value: written.bytes }, inodesUsed: { value: written.inodes } },
  };
}

async function sandboxStatsOf(shim: Shim, { id, config }: SandboxRecord): Promise<cri.IPodSandboxStats> {
  const { metadata, labels, annotations } = config;
  const running = containersOf(shim, id).filter(({ life }) => life.at === 'running');
  const usage = config.linux?.cgroupParent ? await cgroupUsage(shim.host, config.linux.cgroupParent) : undefined;
  // A pod on the machine's own network has no network of its own to tell of; where nothing runs nobody uses one.
  const pid = isOnHost(config) ? undefined : running.flatMap(({ life }) => (life.at === 'running' ? [life.pid] : []))[0];
  const network = pid === undefined ? undefined : await networkUsage(pid);
  return {
    attributes: { id, metadata, labels, annotations },
    linux: {
      containers: await Promise.all(running.map((record) => statsOf(shim, record))),
      ...(network && { network }),
      ...(usage && { cpu: usage.cpu, memory: usage.memory, process: { timestamp: now(), processCount: { value: usage.processes } } }),
    },
  };
}

function isOnHost({ linux }: cri.IPodSandboxConfig): boolean {
  return linux?.securityContext?.namespaceOptions?.network === cri.NamespaceMode.NODE;
}
