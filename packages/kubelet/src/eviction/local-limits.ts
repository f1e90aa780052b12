import { newQuantity, parseQuantity, type Quantity } from '@typekube/apimachinery';
import { type Container, isSidecar, type Pod, specOf } from '../objects';
import type { PodStats } from '../stats/summary';

const STORAGE = 'ephemeral-storage';

/**
 * Why a pod has to go that takes more of the node's disk than its own limits allow: those of its volumes, its own, those of its containers. Undefined where it
 * keeps to them; pure.
 */
export function exceededLimit(pod: Pod, stats: PodStats, hasImageFs: boolean): string | undefined {
  return exceededVolume(pod, stats) ?? exceededPod(pod, stats) ?? exceededContainer(pod, stats, hasImageFs);
}

function exceededVolume(pod: Pod, { volume: volumes }: PodStats): string | undefined {
  for (const { name, emptyDir } of specOf(pod).volumes ?? []) {
    const used = volumes.find((volume) => volume.name === name)?.usedBytes;
    if (!emptyDir?.sizeLimit || used === undefined) continue;
    const limit = parseQuantity(emptyDir.sizeLimit);
    if (limit.sign > 0 && isAbove(used, limit)) return `Usage of EmptyDir volume "${name}" exceeds the limit "${limit.toString()}". `;
  }
  return undefined;
}

function exceededPod(pod: Pod, stats: PodStats): string | undefined {
  const limit = storageLimitOf(pod);
  if (!limit || !isAbove(stats[STORAGE].usedBytes, limit)) return undefined;
  return `Pod ephemeral local storage usage exceeds the total limit of containers ${limit.toString()}. `;
}

/** Where images have a file system of their own, what a container writes there is not the node's. */
function exceededContainer(pod: Pod, stats: PodStats, hasImageFs: boolean): string | undefined {
  for (const { name, logs, rootfs } of stats.containers) {
    const limit = limitOf(specOf(pod).containers.find((container) => container.name === name));
    if (!limit || limit.isZero) continue;
    const used = logs.usedBytes + (hasImageFs ? 0 : rootfs.usedBytes);
    if (isAbove(used, limit)) return `Container ${name} exceeded its local ephemeral storage limit "${limit.toString()}". `;
  }
  return undefined;
}

/** Of all containers together, or of those that begin before them if that is more; containers without a limit do not count. */
function storageLimitOf(pod: Pod): Quantity | undefined {
  const { containers, initContainers = [] } = specOf(pod);
  const sum = (limits: readonly Quantity[]): Quantity | undefined => limits.reduce<Quantity | undefined>((total, limit) => total?.add(limit) ?? limit, undefined);
  const limitsOf = (all: readonly Container[]): Quantity[] => all.flatMap((container) => limitOf(container) ?? []);
  const sidecarsBefore = (index: number): Container[] => initContainers.slice(0, index).filter(isSidecar);
  const running = sum(limitsOf([...containers, ...initContainers.filter(isSidecar)]));
  const starting = initContainers.map((container, index) => sum(limitsOf([container, ...sidecarsBefore(index)])));
  return [running, ...starting].reduce((most, limit) => (limit && (!most || limit.cmp(most) > 0) ? limit : most));
}

function limitOf(container: Container | undefined): Quantity | undefined {
  const text = container?.resources?.limits?.[STORAGE];
  return text === undefined ? undefined : parseQuantity(text);
}

function isAbove(bytes: number, limit: Quantity): boolean {
  return newQuantity(bytes, 'BinarySI').cmp(limit) > 0;
}
