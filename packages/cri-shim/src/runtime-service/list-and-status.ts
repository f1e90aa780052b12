import { cri } from '@typekube/cri-api';
import { toContainer, toContainerStatus } from '../container/record';
import { namespacePaths } from '../sandbox/namespaces';
import { namespaceModes, toSandbox, toSandboxStatus } from '../sandbox/record';
import { containersOf, now, requireContainer, requireSandbox, sandboxFolder, type Shim } from '../shim';
import { matchesContainer, matchesSandbox } from './filters';

export async function listPodSandbox({ sandboxes }: Shim, { filter }: cri.ListPodSandboxRequest): Promise<cri.IListPodSandboxResponse> {
  return { items: sandboxes.all().filter((record) => matchesSandbox(record, filter)).map(toSandbox) };
}

export async function podSandboxStatus(shim: Shim, { podSandboxId, verbose }: cri.PodSandboxStatusRequest): Promise<cri.IPodSandboxStatusResponse> {
  const record = requireSandbox(shim, podSandboxId);
  const info = { namespaces: namespacePaths(sandboxFolder(shim.paths, record.id), namespaceModes(record.config)), config: record.config };
  return {
    status: toSandboxStatus(record),
    containersStatuses: containersOf(shim, record.id).map(toContainerStatus),
    timestamp: now(),
    ...(verbose && { info: { info: JSON.stringify(info) } }),
  };
}

export async function listContainers({ containers }: Shim, { filter }: cri.ListContainersRequest): Promise<cri.IListContainersResponse> {
  return { containers: containers.all().filter((record) => matchesContainer(record, filter)).map(toContainer) };
}

export async function containerStatus(shim: Shim, { containerId, verbose }: cri.ContainerStatusRequest): Promise<cri.IContainerStatusResponse> {
  const record = requireContainer(shim, containerId);
  const { sandboxId, life, config } = record;
  const info = { sandboxID: sandboxId, ...(life.at === 'running' && { pid: life.pid }), config };
  return { status: toContainerStatus(record), ...(verbose && { info: { info: JSON.stringify(info) } }) };
}

/** How many items go into one message of a list that is streamed. */
const BATCH = 100;

export async function* inBatches<T>(items: readonly T[]): AsyncGenerator<T[]> {
  for (let start = 0; start < items.length; start += BATCH) yield items.slice(start, start + BATCH);
}
