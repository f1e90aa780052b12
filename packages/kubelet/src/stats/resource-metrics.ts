import { type Metric, metricText, type Sample } from './metric-text';
import type { NodeLook } from './stats-provider';
import type { ContainerStats, CpuStats, MemoryStats, PodStats, Summary } from './summary';

/** `/metrics/resource`: what metrics-server and others scale by, under upstream's names. Without a look at the node it says that there was an error. */
export function resourceMetrics(look: NodeLook | undefined): string {
  const error = { name: 'resource_scrape_error', type: 'gauge', help: '1 if there was an error while getting container metrics, 0 otherwise', samples: [{ value: look ? 0 : 1 }] } as const;
  return [...(look ? metricsOf(look.summary) : []), error].filter(({ samples }) => samples.length > 0).map((metric) => metricText(metric, '[STABLE] ')).join('');
}

function metricsOf({ node, pods }: Summary): Metric[] {
  const containers = pods.flatMap((pod) => pod.containers.map((container) => ({ container, labels: { container: container.name, namespace: pod.podRef.namespace, pod: pod.podRef.name } })));
  const ofContainers = (read: (container: ContainerStats) => Sample[]): Sample[] =>
    containers.flatMap(({ container, labels }) => read(container).map((sample) => ({ ...sample, labels })));
  const ofPods = (read: (pod: PodStats) => Sample[]): Sample[] =>
    pods.flatMap((pod) => read(pod).map((sample) => ({ ...sample, labels: { namespace: pod.podRef.namespace, pod: pod.podRef.name } })));
  const counter = (name: string, help: string, samples: readonly Sample[]): Metric => ({ name, type: 'counter', help, samples });
  const gauge = (name: string, help: string, samples: readonly Sample[]): Metric => ({ name, type: 'gauge', help, samples });
  const cpu = (of: string): string => `Cumulative cpu time consumed by the ${of} in core-seconds`;
  const memory = (of: string): string => `Current working set of the ${of} in bytes`;
  return [
    counter('node_cpu_usage_seconds_total', cpu('node'), seconds(node.cpu)),
    gauge('node_memory_working_set_bytes', memory('node'), workingSet(node.memory)),
    counter('container_cpu_usage_seconds_total', cpu('container'), ofContainers((container) => seconds(container.cpu))),
    gauge('container_memory_working_set_bytes', memory('container'), ofContainers((container) => workingSet(container.memory))),
    gauge('container_start_time_seconds', 'Start time of the container since unix epoch in seconds', ofContainers(started)),
    counter('pod_cpu_usage_seconds_total', cpu('pod'), ofPods((pod) => seconds(pod.cpu))),
    gauge('pod_memory_working_set_bytes', memory('pod'), ofPods((pod) => workingSet(pod.memory))),
  ];
}

function seconds(cpu: CpuStats | undefined): Sample[] {
  return cpu ? [{ value: cpu.usageCoreNanoSeconds / 1e9, time: cpu.time }] : [];
}

function workingSet(memory: MemoryStats | undefined): Sample[] {
  return memory ? [{ value: memory.workingSetBytes, time: memory.time }] : [];
}

function started({ startTime }: ContainerStats): Sample[] {
  return startTime ? [{ value: Date.parse(startTime) / 1000 }] : [];
}
