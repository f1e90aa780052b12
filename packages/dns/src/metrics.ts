import { exponentialBuckets, type MetricsRegistry } from '@typekube/component-base';
import type { ResolverAddress } from './upstream/resolv-conf';
import type { ForwardMetrics } from './handlers/forward';
import type { Cache } from './handlers/cache';
import type { OnAnswered } from './server/answer';
import { labelsWithin } from './records/name';

/** Types that have a label of their own, as in CoreDNS; the number of time series is bounded. */
const TYPES: Readonly<Record<number, string>> = {
  1: 'A', 2: 'NS', 5: 'CNAME', 6: 'SOA', 12: 'PTR', 15: 'MX', 16: 'TXT', 28: 'AAAA', 33: 'SRV', 35: 'NAPTR', 43: 'DS', 46: 'RRSIG', 47: 'NSEC', 48: 'DNSKEY', 65: 'HTTPS', 255: 'ANY',
};
const RCODES: Readonly<Record<number, string>> = { 0: 'NOERROR', 1: 'FORMERR', 2: 'SERVFAIL', 3: 'NXDOMAIN', 4: 'NOTIMP', 5: 'REFUSED' };
const OTHER = 'other';
const SIZES = [0, 100, 200, 300, 400, 511, 1023, 2047, 4095, 8291, 16_000, 32_000, 48_000, 64_000];
const SECONDS = exponentialBuckets(0.00025, 2, 16);

export interface MetricsOptions {
  readonly registry: MetricsRegistry;
  /** The label `server`, such as `dns://:53`. */
  readonly server: string;
  readonly domain: string;
}

/** The metrics of the server under CoreDNS' names, so that its dashboards show them. */
export class DnsMetrics implements ForwardMetrics {
  private readonly requests;
  private readonly responses;
  private readonly requestSeconds;
  private readonly requestBytes;
  private readonly responseBytes;
  private readonly panics;
  private readonly hits;
  private readonly misses;
  private readonly cacheRequests;
  private readonly proxySeconds;
  private readonly probeFailures;
  private readonly broken;
  private readonly rejects;

  constructor(private readonly options: MetricsOptions) {
    const { registry } = options;
    const labelNames = ['server', 'zone', 'view', 'proto'] as const;
    this.requests = registry.counter({ name: 'coredns_dns_requests_total', help: 'Counter of DNS requests made per zone, protocol and family.', labelNames: [...labelNames, 'family', 'type'] });
    this.responses = registry.counter({ name: 'coredns_dns_responses_total', help: 'Counter of response status codes.', labelNames: ['server', 'zone', 'view', 'rcode', 'plugin'] });
    this.requestSeconds = registry.histogram({ name: 'coredns_dns_request_duration_seconds', help: 'Histogram of the time (in seconds) each request took per zone.', labelNames: ['server', 'zone', 'view'], buckets: SECONDS });
    this.requestBytes = registry.histogram({ name: 'coredns_dns_request_size_bytes', help: 'Size of the requests in bytes.', labelNames, buckets: SIZES });
    this.responseBytes = registry.histogram({ name: 'coredns_dns_response_size_bytes', help: 'Size of the returned response in bytes.', labelNames, buckets: SIZES });
    this.panics = registry.counter({ name: 'coredns_panics_total', help: 'A metrics that counts the number of panics.' });
    const cacheLabels = ['server', 'type', 'zones', 'view'] as const;
    this.hits = registry.counter({ name: 'coredns_cache_hits_total', help: 'The count of cache hits.', labelNames: cacheLabels });
    this.misses = registry.counter({ name: 'coredns_cache_misses_total', help: 'The count of cache misses.', labelNames: ['server', 'zones', 'view'] });
    this.cacheRequests = registry.counter({ name: 'coredns_cache_requests_total', help: 'The count of cache requests.', labelNames: ['server', 'zones', 'view'] });
    this.proxySeconds = registry.histogram({ name: 'coredns_proxy_request_duration_seconds', help: 'Histogram of the time each request took.', labelNames: ['proxy_name', 'to', 'rcode'], buckets: SECONDS });
    this.probeFailures = registry.counter({ name: 'coredns_proxy_healthcheck_failures_total', help: 'Counter of the number of failed healthchecks.', labelNames: ['proxy_name', 'to'] });
    this.broken = registry.counter({ name: 'coredns_forward_healthcheck_broken_total', help: 'Counter of the number of complete failures of the healthchecks.' });
    this.rejects = registry.counter({ name: 'coredns_forward_max_concurrent_rejects_total', help: 'Counter of the number of queries rejected because the concurrent queries were at maximum.' });
  }

  readonly answered: OnAnswered = ({ transport, family, query, requestBytes, response, milliseconds }) => {
    const { server, domain } = this.options;
    const isOurs = query && labelsWithin(query.question.labels, domain.split('.'));
    const labels = { server, zone: isOurs ? `${domain}.` : '.', view: '' };
    const type = TYPES[query?.question.type ?? 0] ?? OTHER;
    this.requests.inc({ ...labels, proto: transport, family: family === 'IPv6' ? '2' : '1', type });
    const rcode = RCODES[(response[3] ?? 0) & 0xf] ?? OTHER;
    this.responses.inc({ ...labels, rcode, plugin: isOurs ? 'kubernetes' : 'forward' });
    this.requestSeconds.observe(labels, milliseconds / 1000);
    this.requestBytes.observe({ ...labels, proto: transport }, requestBytes);
    this.responseBytes.observe({ ...labels, proto: transport }, response.length);
  };

  readonly panicked = (): void => this.panics.inc();

  readonly cacheHit = (type: string): void => {
    const labels = { server: this.options.server, zones: '.', view: '' };
    this.hits.inc({ ...labels, type });
    this.cacheRequests.inc(labels);
  };

  readonly cacheMiss = (): void => {
    const labels = { server: this.options.server, zones: '.', view: '' };
    this.misses.inc(labels);
    this.cacheRequests.inc(labels);
  };

  /** Its sizes are read when metrics are. */
  watchCache(cache: Cache): void {
    const { registry, server } = this.options;
    registry.gauge({
      name: 'coredns_cache_entries',
      help: 'The number of elements in the cache.',
      labelNames: ['server', 'type', 'zones', 'view'],
      collect: (gauge) => {
        for (const type of ['success', 'denial'] as const) gauge.set({ server, type, zones: '.', view: '' }, cache.sizeOf(type));
      },
    });
  }

  exchanged(resolver: ResolverAddress, milliseconds: number, rcode: number | undefined): void {
    const text = rcode === undefined ? '-1' : (RCODES[rcode] ?? OTHER);
    this.proxySeconds.observe({ proxy_name: 'forward', to: textOf(resolver), rcode: text }, milliseconds / 1000);
  }

  probeFailed(resolver: ResolverAddress): void {
    this.probeFailures.inc({ proxy_name: 'forward', to: textOf(resolver) });
  }

  allDown(): void {
    this.broken.inc();
  }

  rejected(): void {
    this.rejects.inc();
  }
}

function textOf({ host, port }: ResolverAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
