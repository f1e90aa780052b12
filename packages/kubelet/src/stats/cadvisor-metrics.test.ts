import type { Pod } from '../objects';
import { podOf } from '../testing/objects';
import { lookOf, statsOf } from '../testing/stats';
import { cadvisorMetrics } from './cadvisor-metrics';

const base = podOf(['a'], { containers: [{ name: 'a', image: 'busybox:1', resources: { limits: { cpu: '500m', memory: '64Mi' } } }] });
const containerStatuses = [{ name: 'a', image: 'busybox:1', imageID: 'sha256:1', containerID: 'containerd://abc', ready: true, restartCount: 0 }];
const pod: Pod = { ...base, status: { containerStatuses } };
const eth0 = { name: 'eth0', rxBytes: 10, rxErrors: 0, txBytes: 20, txErrors: 1 };
const TIME = '2026-01-01T00:00:00.000Z';

function lines(): string[] {
  const stats = { ...statsOf(pod, { memory: 700, rootfs: 30, processes: 4 }), network: { time: TIME, ...eth0, interfaces: [eth0] } };
  return cadvisorMetrics({ look: lookOf([stats]), pods: [pod], pathOf: () => '/kubepods/pod1', machine: { cpus: 2, memoryBytes: 1000 } }).split('\n');
}

const CONTAINER = 'container="a",id="/kubepods/pod1/abc",image="busybox:1",name="abc",namespace="default",pod="web"';
const POD = 'container="",id="/kubepods/pod1",image="",name="",namespace="default",pod="web"';

it.each([
  `container_cpu_usage_seconds_total{${CONTAINER},cpu="total"} 1.5 1767225600000`,
  `container_cpu_usage_seconds_total{${POD},cpu="total"} 2 1767225600000`,
  'container_cpu_usage_seconds_total{container="",id="/",image="",name="",namespace="",pod="",cpu="total"} 3 1767225600000',
  `container_memory_working_set_bytes{${CONTAINER}} 700 1767225600000`,
  `container_fs_usage_bytes{${CONTAINER}} 30 1767225600000`,
  `container_network_receive_bytes_total{${POD},interface="eth0"} 10 1767225600000`,
  `container_network_transmit_errors_total{${POD},interface="eth0"} 1 1767225600000`,
  `container_processes{${POD}} 4`,
  `container_spec_cpu_quota{${CONTAINER}} 50000`,
  `container_spec_memory_limit_bytes{${CONTAINER}} 67108864`,
  'machine_cpu_cores 2',
  'machine_memory_bytes 1000',
])('tells %s', (line) => expect(lines()).toContain(line));

it('leaves out what was not measured', () => {
  expect(lines().filter((line) => line.includes('container_memory_rss'))).toEqual([]);
});
