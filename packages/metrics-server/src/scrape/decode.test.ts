import { decodeScrape } from './decode';

const NODE = 'node_cpu_usage_seconds_total 3.5 1000\nnode_memory_working_set_bytes 700 2000\n';
const of = (container: string, pod = 'web'): string => `{container="${container}",namespace="default",pod="${pod}"}`;
const containers = (...lines: string[]): Record<string, unknown> =>
  Object.fromEntries([...decodeScrape(lines.join('\n'), 5000).pods].map(([key, points]) => [key, Object.fromEntries(points)]));

it('reads the node', () => {
  expect(decodeScrape(NODE, 5000).node).toEqual({ startTime: undefined, time: 1000, cpu: 3.5e9, memory: 700, swap: undefined });
  expect(decodeScrape(`${NODE}node_swap_usage_bytes 12`, 5000).node).toMatchObject({ swap: 12 });
  expect(decodeScrape('node_cpu_usage_seconds_total 3.5\nnode_memory_working_set_bytes 700', 5000).node).toMatchObject({ time: 5000 });
});

it.each(['', 'node_cpu_usage_seconds_total 3.5 1000', 'node_cpu_usage_seconds_total 0 1000\nnode_memory_working_set_bytes 700', 'node_cpu_usage_seconds_total NaN\nnode_memory_working_set_bytes 7'])(
  'leaves out a node that is not told completely: %j',
  (text) => {
    expect(decodeScrape(text, 5000).node).toBeUndefined();
  },
);

it('reads the containers of pods', () => {
  const a = [`container_cpu_usage_seconds_total${of('a')} 2 1000`, `container_memory_working_set_bytes${of('a')} 10 1000`, `container_start_time_seconds${of('a')} 1.5`];
  expect(containers(...a, `container_cpu_usage_seconds_total${of('b', 'other')} 1`, `container_memory_working_set_bytes${of('b', 'other')} 3`, 'pod_cpu_usage_seconds_total{namespace="default",pod="web"} 9')).toEqual({
    'default/web': { a: { startTime: 1500, time: 1000, cpu: 2e9, memory: 10, swap: undefined } },
    'default/other': { b: { startTime: undefined, time: 5000, cpu: 1e9, memory: 3, swap: undefined } },
  });
});

it('leaves out a pod with a container that is not told completely', () => {
  expect(containers(`container_cpu_usage_seconds_total${of('a')} 2 1000`, `container_memory_working_set_bytes${of('a')} 10 1000`, `container_start_time_seconds${of('b')} 1.5`)).toEqual({});
});
