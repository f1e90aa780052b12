import { newQuantity, parseQuantity, type Quantity } from '@typekube/apimachinery';
import { type Pod, specOf } from '../objects';
import type { ContainerStats, PodStats } from '../stats/summary';
import type { Observations } from './pressure';
import { SIGNAL_FACTS, type StarvedResource } from './signals';
import { quantityOf, type Threshold } from './thresholds';

/** What a pod is told that has to go because the node runs short of something, in upstream's words. */
export function evictionMessage(pod: Pod, stats: PodStats | undefined, due: readonly Threshold[], observed: Observations): string {
  const [first] = due;
  if (!first) return '';
  const { resource } = SIGNAL_FACTS[first.signal];
  const exceeding = (stats?.containers ?? []).flatMap((container) => excessText(pod, container, resource) ?? []);
  return [`The node was low on resource: ${resource}. `, thresholdText(resource, due, observed), ...exceeding].join('');
}

/** Of several thresholds for one resource the first that was measured is told. */
function thresholdText(resource: StarvedResource, due: readonly Threshold[], observed: Observations): string {
  for (const { signal, value } of due) {
    const observation = observed.get(signal);
    if (!observation || SIGNAL_FACTS[signal].resource !== resource) continue;
    const available = newQuantity(observation.available, SIGNAL_FACTS[signal].format);
    return `Threshold quantity: ${quantityOf(value, observation.capacity, signal).toString()}, available: ${available.toString()}. `;
  }
  return '';
}

/** Undefined for a container that uses no more than it asked for. */
function excessText(pod: Pod, stats: ContainerStats, resource: StarvedResource): string | undefined {
  const { containers, initContainers = [] } = specOf(pod);
  const container = [...containers, ...initContainers].find(({ name }) => name === stats.name);
  const usage = usageOf(stats, resource);
  if (!container || !usage) return undefined;
  const request = parseQuantity(container.resources?.requests?.[resource] ?? '0');
  if (usage.cmp(request) <= 0) return undefined;
  return `Container ${stats.name} was using ${usage.toString()}, request is ${request.toString()}, has larger consumption of ${resource}. `;
}

function usageOf({ rootfs, logs, memory }: ContainerStats, resource: StarvedResource): Quantity | undefined {
  switch (resource) {
    case 'memory':
      return memory && newQuantity(memory.workingSetBytes, 'BinarySI');
    case 'ephemeral-storage':
      return newQuantity(rootfs.usedBytes + logs.usedBytes, 'BinarySI');
    case 'inodes':
    case 'pids':
      return undefined;
  }
}
