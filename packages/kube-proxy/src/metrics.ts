import { exponentialBuckets, type MetricsRegistry } from '@typekube/component-base';
import type { IpFamily } from './model/ip-family';

const LABELS = ['ip_family'] as const;

/** Upstream's: fine ones up to a minute, then up to five. */
const PROGRAMMING_BUCKETS = [
  0.25,
  0.5,
  ...Array.from({ length: 60 }, (_, i) => i + 1),
  70,
  80,
  90,
  100,
  110,
  120,
  150,
  180,
  210,
  240,
  270,
  300,
];

/** The `kubeproxy_*` metrics, under upstream's names. */
export class ProxyMetrics {
  private readonly syncSeconds;
  private readonly fullSyncSeconds;
  private readonly partialSyncSeconds;
  private readonly programmingSeconds;
  private readonly failures;
  private readonly cleanupFailures;
  private readonly lastSync;
  private readonly lastQueued;
  private readonly lackingLocal;
  private readonly changes;
  private readonly healthz;
  private readonly livez;

  constructor(registry: MetricsRegistry) {
    const buckets = exponentialBuckets(0.001, 2, 15);
    const histogram = (name: string, help: string) => registry.histogram({ name, help, labelNames: LABELS, buckets });
    const gauge = (name: string, help: string) => registry.gauge({ name, help, labelNames: LABELS });
    const counter = (name: string, help: string) => registry.counter({ name, help, labelNames: LABELS });
    this.syncSeconds = histogram('kubeproxy_sync_proxy_rules_duration_seconds', 'SyncProxyRules latency in seconds');
    this.fullSyncSeconds = histogram(
      'kubeproxy_sync_full_proxy_rules_duration_seconds',
      'SyncProxyRules latency in seconds for full resyncs',
    );
    this.partialSyncSeconds = histogram(
      'kubeproxy_sync_partial_proxy_rules_duration_seconds',
      'SyncProxyRules latency in seconds for partial resyncs',
    );
    this.programmingSeconds = registry.histogram({
      name: 'kubeproxy_network_programming_duration_seconds',
      help: 'In Cluster Network Programming Latency in seconds',
      buckets: PROGRAMMING_BUCKETS,
    });
    this.failures = counter('kubeproxy_sync_proxy_rules_nftables_sync_failures_total', 'Cumulative proxy nftables sync failures');
    this.cleanupFailures = counter(
      'kubeproxy_sync_proxy_rules_nftables_cleanup_failures_total',
      'Cumulative proxy nftables cleanup failures',
    );
    this.lastSync = gauge(
      'kubeproxy_sync_proxy_rules_last_timestamp_seconds',
      'The last time proxy rules were successfully synced',
    );
    this.lastQueued = gauge(
      'kubeproxy_sync_proxy_rules_last_queued_timestamp_seconds',
      'The last time a sync of proxy rules was queued',
    );
    this.lackingLocal = registry.gauge({
      name: 'kubeproxy_sync_proxy_rules_no_local_endpoints_total',
      help: 'Number of services with a Local traffic policy and no endpoints',
      labelNames: ['ip_family', 'traffic_policy'],
    });
    this.changes = {
      services: registry.counter({
        name: 'kubeproxy_sync_proxy_rules_service_changes_total',
        help: 'Cumulative proxy rules Service changes',
      }),
      endpoints: registry.counter({
        name: 'kubeproxy_sync_proxy_rules_endpoint_changes_total',
        help: 'Cumulative proxy rules Endpoint changes',
      }),
    };
    this.healthz = registry.counter({
      name: 'kubeproxy_proxy_healthz_total',
      help: 'Cumulative proxy healthz HTTP status',
      labelNames: ['code'],
    });
    this.livez = registry.counter({
      name: 'kubeproxy_proxy_livez_total',
      help: 'Cumulative proxy livez HTTP status',
      labelNames: ['code'],
    });
  }

  changed(what: 'services' | 'endpoints'): void {
    this.changes[what].inc();
  }

  queued(family: IpFamily): void {
    this.lastQueued.set({ ip_family: family }, Date.now() / 1000);
  }

  synced(family: IpFamily, how: 'full' | 'partial', seconds: number): void {
    const labels = { ip_family: family };
    this.syncSeconds.observe(labels, seconds);
    (how === 'full' ? this.fullSyncSeconds : this.partialSyncSeconds).observe(labels, seconds);
    this.lastSync.set(labels, Date.now() / 1000);
  }

  failed(family: IpFamily): void {
    this.failures.inc({ ip_family: family });
  }

  cleanupFailed(family: IpFamily): void {
    this.cleanupFailures.inc({ ip_family: family });
  }

  setLackingLocal(family: IpFamily, { internal, external }: { readonly internal: number; readonly external: number }): void {
    this.lackingLocal.set({ ip_family: family, traffic_policy: 'internal' }, internal);
    this.lackingLocal.set({ ip_family: family, traffic_policy: 'external' }, external);
  }

  /** How long it took from the change of a pod to the kernel's knowing of it. */
  programmed(seconds: number): void {
    this.programmingSeconds.observe(seconds);
  }

  healthAnswer(endpoint: 'healthz' | 'livez', status: number): void {
    this[endpoint].inc({ code: String(status) });
  }
}
