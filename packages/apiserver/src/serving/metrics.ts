import { addProcessMetrics, exponentialBuckets, MetricsRegistry } from '@typekube/component-base';
import type { Filter } from '../chain/filter';
import { isLongRunning } from '../chain/long-running';
import type { ApiRequest } from '../http/messages';

const DURATION_BUCKETS = [
  0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60,
];

/** The metrics of the API server, with upstream's names and labels. */
export class ServerMetrics {
  readonly registry = new MetricsRegistry();
  private readonly requests = this.registry.counter({
    name: 'apiserver_request_total',
    help: 'Counter of apiserver requests broken out for each verb, dry run value, group, version, resource, scope, component, and HTTP response code.',
    labelNames: ['verb', 'dry_run', 'group', 'version', 'resource', 'subresource', 'scope', 'component', 'code'],
    stability: 'STABLE',
  });
  private readonly durations = this.registry.countedHistogram({
    name: 'apiserver_request_duration_seconds',
    help: 'Response latency distribution in seconds for each verb, dry run value, group, version, resource, subresource, scope and component.',
    labelNames: ['verb', 'dry_run', 'group', 'version', 'resource', 'subresource', 'scope', 'component'],
    buckets: DURATION_BUCKETS,
    stability: 'STABLE',
  });
  /** Label sets by what they say of a request: looking them up anew for each would cost more than the rest of the count. */
  private readonly series = new Map<string, Series>();

  constructor() {
    addProcessMetrics(this.registry);
    this.addRunningGauges();
  }

  /** Gauges of what is under way, added up when metrics are read. */
  private addRunningGauges(): void {
    this.registry.gauge({
      name: 'apiserver_longrunning_requests',
      help: 'Gauge of all active long-running apiserver requests broken out by verb, group, version, resource, scope and component. Not all requests are tracked this way.',
      labelNames: ['verb', 'group', 'version', 'resource', 'subresource', 'scope', 'component'],
      stability: 'STABLE',
      collect: (gauge) => {
        for (const { isLong, labels, running } of this.series.values()) if (isLong) gauge.set(labels, running);
      },
    });
    this.registry.gauge({
      name: 'apiserver_current_inflight_requests',
      help: 'Maximal number of currently used inflight request limit of this apiserver per request kind in last second.',
      labelNames: ['request_kind'],
      stability: 'STABLE',
      collect: (gauge) => {
        const sums = { mutating: 0, readOnly: 0 };
        for (const { isLong, kind, running } of this.series.values()) if (!isLong) sums[kind] += running;
        for (const [request_kind, sum] of Object.entries(sums)) gauge.set({ request_kind }, sum);
      },
    });
  }

  /** Counts requests and how long they take. */
  readonly filter: Filter = (next) => (request, response) => {
    const started = performance.now();
    const series = this.seriesOf(request);
    series.running += 1;
    request.context.atEnd.push(() => {
      series.running -= 1;
      series.count(response.statusCode);
      if (!series.isLong) series.duration.observe((performance.now() - started) / 1000);
    });
    return next(request, response);
  };

  private seriesOf({ context: { info, query }, method }: ApiRequest): Series {
    const { apiGroup, apiVersion, resource, subresource } = info;
    const verb = info.isResourceRequest ? info.verb.toUpperCase() : method;
    const dryRun = query.has('dryRun') ? 'All' : '';
    const scope = scopeOf(info);
    const key = `${verb} ${dryRun} ${apiGroup} ${apiVersion} ${resource} ${subresource} ${scope}`;
    const known = this.series.get(key);
    if (known) return known;
    // Paths are the client's to make up: past this many they are counted together.
    const isTooMany = this.series.size >= MAX_SERIES;
    const labels = isTooMany
      ? { verb, group: '', version: '', resource: '', subresource: '', scope: '', component: COMPONENT }
      : { verb, group: apiGroup, version: apiVersion, resource, subresource, scope, component: COMPONENT };
    const series = this.makeSeries(labels, dryRun, isLongRunning(info), isMutating(method));
    if (!isTooMany) this.series.set(key, series);
    return series;
  }

  private makeSeries(labels: Labels, dry_run: string, isLong: boolean, mutating: boolean): Series {
    const codes = new Map<number, { inc(): void }>();
    return {
      isLong,
      labels,
      kind: mutating ? 'mutating' : 'readOnly',
      running: 0,
      duration: this.durations.labels({ ...labels, dry_run }),
      count: (code) => {
        let counter = codes.get(code);
        if (!counter) codes.set(code, (counter = this.requests.labels({ ...labels, dry_run, code: String(code) })));
        counter.inc();
      },
    };
  }
}

const COMPONENT = 'apiserver';
const MAX_SERIES = 5000;

interface Labels {
  readonly verb: string;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource: string;
  readonly scope: string;
  readonly component: string;
}

interface Series {
  readonly isLong: boolean;
  readonly labels: Labels;
  readonly kind: 'mutating' | 'readOnly';
  /** Requests under way; the gauges add them up when metrics are read. */
  running: number;
  readonly duration: { observe(seconds: number): void };
  count(code: number): void;
}

function scopeOf({ isResourceRequest, name, namespace }: ApiRequest['context']['info']): string {
  if (!isResourceRequest) return '';
  if (name) return 'resource';
  return namespace ? 'namespace' : 'cluster';
}

function isMutating(method: string): boolean {
  return method !== 'GET' && method !== 'HEAD';
}

/** Buckets of the store's request durations. */
export const STORE_BUCKETS = exponentialBuckets(0.005, 2, 12);
