import { podOf } from '../testing/objects';
import { lookOf, statsOf } from '../testing/stats';
import { resourceMetrics } from './resource-metrics';

it('has the names, the labels and the times of upstream', () => {
  const stats = statsOf(podOf(['a']), { memory: 700 });
  const lines = resourceMetrics(lookOf([{ ...stats, containers: stats.containers.map((each) => ({ ...each, startTime: '2026-01-01T00:00:01Z' })) }])).split('\n');
  expect(lines.filter((line) => !line.startsWith('#') && line)).toEqual([
    'node_cpu_usage_seconds_total 3 1767225600000',
    'node_memory_working_set_bytes 0 1767225600000',
    'container_cpu_usage_seconds_total{container="a",namespace="default",pod="web"} 1.5 1767225600000',
    'container_memory_working_set_bytes{container="a",namespace="default",pod="web"} 700 1767225600000',
    'container_start_time_seconds{container="a",namespace="default",pod="web"} 1767225601',
    'pod_cpu_usage_seconds_total{namespace="default",pod="web"} 2 1767225600000',
    'pod_memory_working_set_bytes{namespace="default",pod="web"} 700 1767225600000',
    'resource_scrape_error 0',
  ]);
  expect(lines).toContain('# HELP container_cpu_usage_seconds_total [STABLE] Cumulative cpu time consumed by the container in core-seconds');
  expect(lines).toContain('# TYPE container_cpu_usage_seconds_total counter');
});

it('says that there was an error, and nothing that is not known', () => {
  expect(resourceMetrics(undefined)).toBe(
    '# HELP resource_scrape_error [STABLE] 1 if there was an error while getting container metrics, 0 otherwise\n# TYPE resource_scrape_error gauge\nresource_scrape_error 1\n',
  );
});
