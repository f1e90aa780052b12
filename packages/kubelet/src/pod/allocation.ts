import type { corev1 } from '@typekube/api';
import { parseQuantity } from '@typekube/apimachinery';
import type { DeepReadonly } from '@typekube/client';
import type { cri } from '@typekube/cri-api';
import { linuxResources } from '../container/resources';
import { type Container, findContainer, isSidecar, type Pod, specOf } from '../objects';
import { newestOf, type PodState } from '../runtime/pod-state';

type Resources = Pick<DeepReadonly<corev1.ResourceRequirements>, 'requests' | 'limits'>;

/** What the node has given to the containers of a pod, by their names. It differs from what they ask for while a resize waits. */
export type Allocation = ReadonlyMap<string, Resources>;

/** What a pod asks for. */
export function askedBy(pod: Pod): Allocation {
  return new Map(allOf(pod).map(({ name, resources = {} }) => [name, resources]));
}

/** What a pod has been given already, as its status says; a container that has not run gets what it asks for. */
export function allocationOf(pod: Pod): Allocation {
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
  const given = new Map([...initContainerStatuses, ...containerStatuses].map((status) => [status.name, status]));
  return new Map(
    allOf(pod).map(({ name, resources = {} }) => {
      const { allocatedResources: requests, resources: { limits } = {} } = given.get(name) ?? {};
      return [name, requests ? { requests, ...(limits && { limits }) } : resources];
    }),
  );
}

function allOf(pod: Pod): readonly Container[] {
  const { initContainers = [], containers } = specOf(pod);
  return [...initContainers, ...containers];
}

const RESIZABLE = ['cpu', 'memory'];

/** Whether the pod asks for other amounts than it was given. */
export function asksForResize(pod: Pod, allocation: Allocation): boolean {
  return allOf(pod).some(({ name, resources = {} }) => {
    const given = allocation.get(name) ?? resources;
    const isSame = (field: 'requests' | 'limits', each: string): boolean => isEqual(resources[field]?.[each], given[field]?.[each]);
    return RESIZABLE.some((each) => !isSame('requests', each) || !isSame('limits', each));
  });
}

function isEqual(a: string | undefined, b: string | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && parseQuantity(a).cmp(parseQuantity(b)) === 0);
}

/** The pod with what it was given in place of what it asks for. */
export function withAllocation(pod: Pod, allocation: Allocation): Pod {
  if (!asksForResize(pod, allocation)) return pod;
  const given = (container: Container): Container => {
    const { requests, limits } = allocation.get(container.name) ?? {};
    return { ...container, resources: { ...container.resources, ...(requests && { requests }), ...(limits && { limits }) } };
  };
  const { initContainers, ...spec } = specOf(pod);
  const init = initContainers && { initContainers: initContainers.map(given) };
  return { ...pod, spec: { ...spec, ...init, containers: spec.containers.map(given) } };
}

/** A container that runs with other limits than it was given. */
export interface ContainerResize {
  readonly id: string;
  readonly name: string;
  readonly resources: cri.ILinuxContainerResources;
  /** Its policy wants it to be started anew for that. */
  readonly isRestart: boolean;
}

/** The containers that are to be resized; `pod` says what was given. Pure. (computePodResizeAction) */
export function planResizes(pod: Pod, state: PodState, memoryCapacity: number): ContainerResize[] {
  const { initContainers = [], containers } = specOf(pod);
  return [...initContainers.filter(isSidecar), ...containers].flatMap(({ name }) => {
    const container = findContainer(pod, name);
    const status = newestOf(state, name);
    if (!container || status?.state !== 'running' || !status.resources) return [];
    const resources = linuxResources(pod, container, memoryCapacity);
    const { cpuShares, cpuQuota, memoryLimitInBytes: memory } = status.resources;
    const changed = [
      ...(cpuShares !== resources.cpuShares || cpuQuota !== (resources.cpuQuota ?? 0) ? ['cpu'] : []),
      ...(memory !== (resources.memoryLimitInBytes ?? 0) ? ['memory'] : []),
    ];
    if (changed.length === 0) return [];
    const policies = container.resizePolicy ?? [];
    const isRestart = policies.some(({ resourceName, restartPolicy }) => restartPolicy === 'RestartContainer' && changed.includes(resourceName));
    return [{ id: status.id, name, resources, isRestart }];
  });
}
