import type { Container, Pod } from '../framework/objects';
import { specOf } from '../framework/objects';
import {
  addResources,
  cloneResources,
  getAmount,
  maxResources,
  noResources,
  type ResourceList,
  type Resources,
  resourcesOf,
  setAmount,
} from './resources';

/** What a container without a CPU request counts for in scores: a tenth of a core. (schedutil.DefaultMilliCPURequest) */
export const DEFAULT_MILLI_CPU = 100;
/** What a container without a memory request counts for in scores, in bytes. (schedutil.DefaultMemoryRequest) */
export const DEFAULT_MEMORY = 200 * 1024 * 1024;

/** The least that a container counts for, where it asks for nothing. */
export interface MissingRequests {
  readonly cpu?: number;
  readonly memory?: number;
}

const POD_LEVEL_RESOURCES = new Set(['cpu', 'memory']);

/**
 * What a pod takes of its node: the sum of its containers and sidecars, or what an init container needs together with the
 * sidecars started before it if that is more; the pod's own requests in place of its containers'; its overhead. What a resize
 * has not given back yet counts still. (component-helpers resource.PodRequests)
 */
export function podRequests(pod: Pod, missing: MissingRequests = {}): Resources {
  const { resources, overhead } = specOf(pod);
  const requests = containersRequests(pod, missing);
  for (const [name, amount] of entriesOf(resourcesOf(resources?.requests))) {
    if (isPodLevelResource(name) && resources?.requests?.[name] !== undefined) setAmount(requests, name, amount);
  }
  addResources(requests, resourcesOf(overhead));
  return requests;
}

/**
 * What a pod counts for in scores: its requests, where containers that ask for no CPU or memory count with the least amounts,
 * so that many of them do not all go to one node.
 */
export function podNonZeroRequests(pod: Pod, requests: Resources): { readonly milliCpu: number; readonly memory: number } {
  const missing = missingRequests(pod, requests);
  return missing.cpu === undefined && missing.memory === undefined ? requests : podRequests(pod, missing);
}

function missingRequests(pod: Pod, requests: Resources): MissingRequests {
  if (!hasPodLevelRequests(pod)) return { cpu: DEFAULT_MILLI_CPU, memory: DEFAULT_MEMORY };
  return {
    ...(requests.milliCpu === 0 && { cpu: DEFAULT_MILLI_CPU }),
    ...(requests.memory === 0 && { memory: DEFAULT_MEMORY }),
  };
}

function hasPodLevelRequests(pod: Pod): boolean {
  return Object.keys(specOf(pod).resources?.requests ?? {}).some(isPodLevelResource);
}

function isPodLevelResource(name: string): boolean {
  return POD_LEVEL_RESOURCES.has(name) || name.startsWith('hugepages-');
}

function containersRequests(pod: Pod, missing: MissingRequests): Resources {
  const { containers, initContainers = [] } = specOf(pod);
  const total = noResources();
  for (const container of containers) addResources(total, requestsOf(pod, container, missing));
  const sidecars = noResources();
  const most = noResources();
  for (const container of initContainers) {
    const needed = requestsOf(pod, container, missing);
    if (container.restartPolicy === 'Always') {
      addResources(total, needed);
      addResources(sidecars, needed);
      maxResources(most, sidecars);
    } else {
      addResources(needed, sidecars);
      maxResources(most, needed);
    }
  }
  maxResources(total, most);
  return total;
}

function requestsOf(pod: Pod, container: Container, missing: MissingRequests): Resources {
  const requests = resizedRequests(pod, container);
  const asked = container.resources?.requests;
  if (missing.cpu !== undefined && asked?.['cpu'] === undefined) requests.milliCpu = missing.cpu;
  if (missing.memory !== undefined && asked?.['memory'] === undefined) requests.memory = missing.memory;
  return requests;
}

/** The most of what the container asks for, has, and was promised; only the latter two where its resize cannot be had. */
function resizedRequests(pod: Pod, container: Container): Resources {
  const asked = resourcesOf(container.resources?.requests);
  const statuses = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])];
  const status = statuses.find(({ name }) => name === container.name);
  const actual: ResourceList | undefined = status?.resources?.requests;
  if (!status || !status.resources) return asked;
  const kept = isResizeInfeasible(pod) ? noResources() : cloneResources(asked);
  maxResources(kept, resourcesOf(actual));
  maxResources(kept, resourcesOf(status.allocatedResources));
  return kept;
}

function isResizeInfeasible(pod: Pod): boolean {
  return pod.status?.conditions?.some(({ type, reason }) => type === 'PodResizePending' && reason === 'Infeasible') ?? false;
}

function entriesOf(resources: Resources): [string, number][] {
  const names = ['cpu', 'memory', ...resources.scalars.keys()];
  return names.map((name) => [name, getAmount(resources, name)]);
}
