import { readdirSync, readFileSync } from 'node:fs';
import { BUILD, KUBERNETES_VERSION } from '../version';
import type { MetricsRegistry } from './registry';

const BUILD_INFO_HELP =
  "A metric with a constant '1' value labeled by major, minor, git version, git commit, git tree state, build date, " +
  'Go version, and compiler from which Kubernetes was built, and platform on which it is running.';
const START_SECONDS = performance.timeOrigin / 1000;

/** Adds `process_*` under the names of Prometheus' own client, `kubernetes_build_info`, and what tells of the metrics themselves. */
export function addProcessMetrics(metrics: MetricsRegistry): void {
  addCpu(metrics);
  addMemory(metrics);
  addFiles(metrics);
  const help = 'Start time of the process since unix epoch in seconds.';
  metrics.gauge({ name: 'process_start_time_seconds', help, stability: 'STABLE' }).set(START_SECONDS);
  addBuildInfo(metrics);
  addMetricCounts(metrics);
}

function addCpu(metrics: MetricsRegistry): void {
  metrics.counter({
    name: 'process_cpu_seconds_total',
    help: 'Total user and system CPU time spent in seconds.',
    stability: 'STABLE',
    collect(counter) {
      const { user, system } = process.cpuUsage();
      counter.inc((user + system) / 1e6);
    },
  });
}

function addMemory(metrics: MetricsRegistry): void {
  metrics.gauge({
    name: 'process_resident_memory_bytes',
    help: 'Resident memory size in bytes.',
    stability: 'STABLE',
    collect: (gauge) => gauge.set(process.memoryUsage.rss()),
  });
  metrics.gauge({
    name: 'process_virtual_memory_bytes',
    help: 'Virtual memory size in bytes.',
    stability: 'STABLE',
    collect: (gauge) => gauge.set(statusKilobytes('VmSize') * 1024),
  });
}

function addFiles(metrics: MetricsRegistry): void {
  metrics.gauge({
    name: 'process_open_fds',
    help: 'Number of open file descriptors.',
    stability: 'STABLE',
    collect: (gauge) => gauge.set(procFile(() => readdirSync('/proc/self/fd').length)),
  });
  metrics.gauge({
    name: 'process_max_fds',
    help: 'Maximum number of open file descriptors.',
    stability: 'STABLE',
    collect: (gauge) => gauge.set(procFile(maxFileDescriptors)),
  });
}

function addBuildInfo(metrics: MetricsRegistry): void {
  const labels = {
    major: KUBERNETES_VERSION.major,
    minor: KUBERNETES_VERSION.minor,
    git_version: KUBERNETES_VERSION.gitVersion,
    git_commit: BUILD.gitCommit,
    git_tree_state: BUILD.gitTreeState,
    build_date: BUILD.buildDate,
    go_version: BUILD.goVersion,
    compiler: BUILD.compiler,
    platform: BUILD.platform,
  };
  metrics
    .gauge({
      name: 'kubernetes_build_info',
      help: BUILD_INFO_HELP,
      labelNames: [
        'major',
        'minor',
        'git_version',
        'git_commit',
        'git_tree_state',
        'build_date',
        'go_version',
        'compiler',
        'platform',
      ],
      stability: 'BETA',
    })
    .set(labels, 1);
}

/** How many metrics there are; none can be hidden or disabled here. */
function addMetricCounts(metrics: MetricsRegistry): void {
  metrics.counter({
    name: 'registered_metrics_total',
    help: 'The count of registered metrics broken by stability level and deprecation version.',
    labelNames: ['stability_level', 'deprecated_version'],
    stability: 'BETA',
    collect: (counter) => {
      for (const { stability, deprecatedVersion } of metrics.registered) counter.inc({ stability_level: stability, deprecated_version: deprecatedVersion });
    },
  });
  metrics.counter({ name: 'hidden_metrics_total', help: 'The count of hidden metrics.', stability: 'BETA' });
  metrics.counter({ name: 'disabled_metrics_total', help: 'The count of disabled metrics.', stability: 'BETA' });
}

function statusKilobytes(field: string): number {
  return procFile(() => {
    const match = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync('/proc/self/status', 'utf8'));
    return Number(match?.[1] ?? 0);
  });
}

function maxFileDescriptors(): number {
  const match = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'));
  return Number(match?.[1] ?? 0);
}

/** Systems without /proc show 0 for what only it tells. */
function procFile(read: () => number): number {
  try {
    return read();
  } catch {
    return 0;
  }
}
