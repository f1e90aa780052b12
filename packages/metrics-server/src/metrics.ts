import { exponentialBuckets, type MetricsRegistry } from '@typekube/component-base';

const DEFAULT_BUCKETS: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export interface KubeletAnswer {
  readonly success: boolean;
  readonly seconds: number;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What is counted, under upstream's names. */
export interface MetricsServerMetrics {
  kubeletAsked(node: string, answer: KubeletAnswer): void;
  /** A node is no more. */
  nodeGone(node: string): void;
  roundDone(seconds: number, stored: { readonly node: number; readonly container: number }): void;
  /** Something measured so many seconds ago is told. */
  told(ageSeconds: number): void;
}

/** `resolution`: milliseconds from one scrape to the next. */
export function createMetrics(registry: MetricsRegistry, resolution: number): MetricsServerMetrics {
  const duration = registry.histogram({ name: 'metrics_server_kubelet_request_duration_seconds', help: 'Duration of requests to Kubelet API in seconds', labelNames: ['node'], buckets: DEFAULT_BUCKETS });
  const requests = registry.counter({ name: 'metrics_server_kubelet_request_total', help: 'Number of requests sent to Kubelet API', labelNames: ['success'] });
  const last = registry.gauge({ name: 'metrics_server_kubelet_last_request_time_seconds', help: 'Time of last request performed to Kubelet API since unix epoch in seconds', labelNames: ['node'] });
  const ticks = registry.histogram({ name: 'metrics_server_manager_tick_duration_seconds', help: 'The total time spent collecting and storing metrics in seconds.', buckets: roundBuckets(resolution / 1000) });
  const points = registry.gauge({ name: 'metrics_server_storage_points', help: 'Number of metrics points stored.', labelNames: ['type'] });
  const freshness = registry.countedHistogram({ name: 'metrics_server_api_metric_freshness_seconds', help: 'Freshness of metrics exported', labelNames: [], buckets: exponentialBuckets(1, 1.364, 20) }).labels({});
  return {
    kubeletAsked(node, { success, seconds, now }) {
      requests.inc({ success: String(success) });
      duration.observe({ node }, seconds);
      last.set({ node }, Math.floor(now / 1000));
    },
    nodeGone(node) {
      duration.remove({ node });
      last.remove({ node });
    },
    roundDone(seconds, { node, container }) {
      ticks.observe(seconds);
      points.set({ type: 'node' }, node);
      points.set({ type: 'container' }, container);
    },
    told: (ageSeconds) => freshness.observe(ageSeconds),
  };
}

/** The usual buckets, and some around the time that a round may take. */
export function roundBuckets(limit: number): number[] {
  const most = DEFAULT_BUCKETS.at(-1) ?? 0;
  if (limit > most) return [...DEFAULT_BUCKETS, most + (limit - most) / 2, limit, limit * 1.5, limit * 2];
  return [...new Set([...DEFAULT_BUCKETS, limit])].sort((a, b) => a - b);
}
