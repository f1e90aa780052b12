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
    this.addRequestCounter();
    this.addRunningGauges();
  }

  /** A plain count for each series, added up when metrics are read. */
  private addRequestCounter(): void {
    this.registry.counter({
      name: 'apiserver_request_total',
      help: 'Counter of apiserver requests broken out for each verb, dry run value, group, version, resource, scope, component, and HTTP response code.',
      labelNames: ['verb', 'dry_run', 'group', 'version', 'resource', 'subresource', 'scope', 'component', 'code'],
      stability: 'STABLE',
      collect: (counter) => {
        for (const { labels, dryRun, answers } of this.series.values()) {
          for (const [code, count] of answers) counter.inc({ ...labels, dry_run: dryRun, code: String(code) }, count);
        }
      },
    });
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
      series.answers.set(response.statusCode, (series.answers.get(response.statusCode) ?? 0) + 1);
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
    const isLong = isLongRunning(info);
    const labels = { verb, group: apiGroup, version: apiVersion, resource, subresource, scope, component: COMPONENT };
    if (this.series.size < MAX_SERIES) return this.addSeries(key, labels, { dryRun, isLong, mutating: isMutating(method) });
    // Paths are the client's to make up: past this many they are counted together.
    const together = { verb, group: '', version: '', resource: '', subresource: '', scope: '', component: COMPONENT };
    const keyOfAll = `${verb} ${dryRun} ${isLong}`;
    return this.series.get(keyOfAll) ?? this.addSeries(keyOfAll, together, { dryRun, isLong, mutating: isMutating(method) });
  }

  private addSeries(key: string, labels: Labels, { dryRun, isLong, mutating }: SeriesTraits): Series {
    const series: Series = {
      isLong,
      labels,
      dryRun,
      kind: mutating ? 'mutating' : 'readOnly',
      running: 0,
      duration: this.durations.labels({ ...labels, dry_run: dryRun }),
      answers: new Map(),
    };
    this.series.set(key, series);
    return series;
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
  readonly dryRun: string;
  readonly kind: 'mutating' | 'readOnly';
  /** Requests under way; the gauges add them up when metrics are read. */
  running: number;
  readonly duration: { observe(seconds: number): void };
  /** Answers by their code, added up when metrics are read. */
  readonly answers: Map<number, number>;
}

interface SeriesTraits {
  readonly dryRun: string;
  readonly isLong: boolean;
  readonly mutating: boolean;
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
