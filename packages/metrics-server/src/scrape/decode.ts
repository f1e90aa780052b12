import type { PodPoints, Point } from '../storage/points';
import { parseMetricsText, type Sample } from './metrics-text';

/** What one kubelet has told; its node is left out where that is not complete. */
export interface NodeScrape {
  readonly node: Point | undefined;
  /** By `namespace/name`. */
  readonly pods: ReadonlyMap<string, PodPoints>;
}

type Draft = { -readonly [K in keyof Point]: Point[K] };

/** How a metric of the kubelet's changes a point. */
type Read = (point: Draft, sample: Sample, time: number) => void;

const cpu: Read = (point, { value }, time) => Object.assign(point, { cpu: Math.trunc(value * 1e9), time });
/** Rates are counted by the time at which the CPU was looked at. */
const memory: Read = (point, { value }, time) => Object.assign(point, { memory: Math.trunc(value), time: point.cpu > 0 ? point.time : time });
const swap: Read = (point, { value }) => Object.assign(point, { swap: Math.trunc(value) });
const startTime: Read = (point, { value }) => Object.assign(point, { startTime: value * 1000 });

const OF_NODE: ReadonlyMap<string, Read> = new Map([
  ['node_cpu_usage_seconds_total', cpu],
  ['node_memory_working_set_bytes', memory],
  ['node_swap_usage_bytes', swap],
]);
const OF_CONTAINER: ReadonlyMap<string, Read> = new Map([
  ['container_cpu_usage_seconds_total', cpu],
  ['container_memory_working_set_bytes', memory],
  ['container_swap_usage_bytes', swap],
  ['container_start_time_seconds', startTime],
]);

/**
 * Reads what a kubelet tells at `/metrics/resource`. `now` is the time of what bears none. A pod of which a container has no CPU time or no memory
 * is left out, as upstream does: it is about to begin, or has ended. Throws a MetricsTextError.
 */
export function decodeScrape(text: string, now: number): NodeScrape {
  const node = draft();
  const pods = new Map<string, Map<string, Draft>>();
  for (const sample of parseMetricsText(text)) {
    // What is no amount says nothing.
    if (!Number.isFinite(sample.value) || sample.value < 0) continue;
    const time = sample.time ?? now;
    OF_NODE.get(sample.name)?.(node, sample, time);
    const read = OF_CONTAINER.get(sample.name);
    if (read) read(containerOf(pods, sample), sample, time);
  }
  return { node: isComplete(node) ? node : undefined, pods: new Map([...pods].filter(([, containers]) => [...containers.values()].every(isComplete))) };
}

function draft(): Draft {
  return { startTime: undefined, time: 0, cpu: 0, memory: 0, swap: undefined };
}

function containerOf(pods: Map<string, Map<string, Draft>>, { labels }: Sample): Draft {
  const { namespace = '', pod = '', container = '' } = labels;
  const key = `${namespace}/${pod}`;
  const containers = pods.get(key) ?? new Map<string, Draft>();
  pods.set(key, containers);
  const point = containers.get(container) ?? draft();
  containers.set(container, point);
  return point;
}

function isComplete({ time, cpu: used, memory: held }: Point): boolean {
  return time > 0 && used > 0 && held > 0;
}
