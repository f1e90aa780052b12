import type { corev1 } from '@typekube/api';
import { formatTime, newQuantity, type ObjectMeta, Quantity } from '@typekube/apimachinery';
import type { DeepReadonly } from '@typekube/client';
import { formatGoDuration } from '@typekube/component-base';
import type { Usage } from '../storage/points';
import type { PodUsage } from '../storage/storage';

export const GROUP = 'metrics.k8s.io';
export const VERSION = 'v1beta1';
export const API_VERSION = `${GROUP}/${VERSION}`;

/** Amounts by the names of resources, as quantities. */
export type ResourceList = Readonly<Record<string, string>>;

interface Measured {
  readonly metadata: ObjectMeta;
  /** When the window ends. */
  readonly timestamp: string;
  readonly window: string;
}

export interface NodeMetrics extends Measured {
  readonly usage: ResourceList;
}

export interface PodMetrics extends Measured {
  readonly containers: readonly { readonly name: string; readonly usage: ResourceList }[];
}

export function nodeMetrics({ metadata }: DeepReadonly<corev1.Node>, usage: Usage, now: Date): NodeMetrics {
  return { metadata: metadataOf(metadata, now), ...timesOf(usage), usage: resourcesOf(usage) };
}

export function podMetrics({ metadata }: DeepReadonly<corev1.Pod>, { containers, ...times }: PodUsage, now: Date): PodMetrics {
  return {
    metadata: metadataOf(metadata, now),
    ...timesOf(times),
    containers: containers.map(({ name, usage }) => ({ name, usage: resourcesOf(usage) })),
  };
}

function metadataOf({ name, namespace, labels }: DeepReadonly<ObjectMeta>, now: Date): ObjectMeta {
  return { ...(name && { name }), ...(namespace && { namespace }), creationTimestamp: formatTime(now), ...(labels && { labels: { ...labels } }) };
}

function timesOf({ time, window }: { readonly time: number; readonly window: number }): Pick<Measured, 'timestamp' | 'window'> {
  return { timestamp: formatTime(new Date(time)), window: formatGoDuration(window) };
}

function resourcesOf({ cpu, memory, swap }: Usage): ResourceList {
  return {
    cpu: new Quantity(BigInt(cpu), -9, 'DecimalSI').toString(),
    memory: newQuantity(memory, 'BinarySI').toString(),
    ...(swap !== undefined && { swap: newQuantity(swap, 'BinarySI').toString() }),
  };
}
