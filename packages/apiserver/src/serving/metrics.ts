import { addProcessMetrics, exponentialBuckets, linearBuckets, MetricsRegistry } from '@typekube/component-base';
import type { Filter } from '../chain/filter';
import { isLongRunning } from '../chain/long-running';
import { isMutating } from '../chain/mutating';
import type { ApiRequest } from '../http/messages';
import type { RequestInfo } from '../http/request-info';
import { dryRunLabel, nothingBut, type RequestLabels, requestLabels, scopeLabel, verbLabel } from './request-labels';
import { RequestSeries, type SeriesHistograms } from './request-series';

const LABELS = ['verb', 'group', 'version', 'resource', 'subresource', 'scope', 'component'] as const satisfies readonly (keyof RequestLabels)[];
const OWN_DURATION_BUCKETS = [0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60];
/** Requests of the store have the same, so that both can be compared. */
export const DURATION_BUCKETS = [0.005, 0.025, ...OWN_DURATION_BUCKETS];

type Kind = 'mutating' | 'readOnly';

/** What the metrics of requests ask the server, once it is made. */
export interface RequestFacts {
  /** Whether there is such a resource or subresource: what is not there is counted without a name, as anybody may make names up. */
  serves(info: RequestInfo): boolean;
  /** The release that has the resource no more, where its version is deprecated; empty where none is known. */
  removedRelease(labels: Pick<RequestLabels, 'group' | 'version' | 'resource'>): string | undefined;
  /** Requests that wait for their turn. */
  waiting(): Readonly<Record<Kind, number>>;
}

/** The metrics of the API server, with upstream's names and labels. */
export class ServerMetrics {
  readonly registry = new MetricsRegistry();
  /** By what they say of a request: looking them up anew for each would cost more than the rest of the count. */
  private readonly series = new Map<string, RequestSeries>();
  private readonly histograms: SeriesHistograms;
  private readonly running: Record<Kind, number> = { mutating: 0, readOnly: 0 };
  private readonly longRunning = new Set<ApiRequest>();
  private facts: RequestFacts = { serves: () => true, removedRelease: () => undefined, waiting: () => ({ mutating: 0, readOnly: 0 }) };

  constructor() {
    addProcessMetrics(this.registry);
    this.histograms = addHistograms(this.registry);
    this.addCounters();
    this.addDeprecations();
    this.addRunningGauges();
  }

  /** Asks the server itself from now on. */
  follow(facts: RequestFacts): void {
    this.facts = facts;
  }

  /** Plain counts for each series, added up when metrics are read. */
  private addCounters(): void {
    this.registry.counter({
      name: 'apiserver_request_total',
      help: 'Counter of apiserver requests broken out for each verb, dry run value, group, version, resource, scope, component, and HTTP response code.',
      labelNames: [...LABELS, 'dry_run', 'code'],
      stability: 'STABLE',
      collect: (counter) => {
        for (const { labels, dryRun, answers } of this.series.values()) {
          for (const [code, count] of answers) counter.inc({ ...labels, dry_run: dryRun, code: String(code) }, count);
        }
      },
    });
    this.registry.counter({
      name: 'apiserver_request_terminations_total',
      help: 'Number of requests which apiserver terminated in self-defense.',
      labelNames: [...LABELS, 'code'],
      collect: (counter) => {
        for (const { labels, terminations } of this.series.values()) {
          for (const [code, count] of terminations) counter.inc({ ...labels, code: String(code) }, count);
        }
      },
    });
    this.registry.counter({
      name: 'apiserver_selfrequest_total',
      help: 'Counter of apiserver self-requests broken out for each verb, API resource and subresource.',
      labelNames: ['verb', 'group', 'resource', 'subresource'],
      collect: (counter) => {
        for (const { labels: { verb, group, resource, subresource }, ownRequests } of this.series.values()) {
          if (ownRequests) counter.inc({ verb, group, resource, subresource }, ownRequests);
        }
      },
    });
  }

  /** Whether anybody still asks for what will be gone. */
  private addDeprecations(): void {
    this.registry.gauge({
      name: 'apiserver_requested_deprecated_apis',
      help: 'Gauge of deprecated APIs that have been requested, broken out by API group, version, resource, subresource, and removed_release.',
      labelNames: ['group', 'version', 'resource', 'subresource', 'removed_release'],
      stability: 'STABLE',
      collect: (gauge) => {
        for (const { labels, answers } of this.series.values()) {
          const { group, version, resource, subresource } = labels;
          const removed_release = resource ? this.facts.removedRelease(labels) : undefined;
          const wasServed = [...answers.keys()].some((code) => !REFUSALS.has(code));
          if (removed_release !== undefined && wasServed) gauge.set({ group, version, resource, subresource, removed_release }, 1);
        }
      },
    });
  }

  /** Gauges of what is under way, added up when metrics are read. */
  private addRunningGauges(): void {
    this.registry.gauge({
      name: 'apiserver_longrunning_requests',
      help: 'Gauge of all active long-running apiserver requests broken out by verb, group, version, resource, scope and component. Not all requests are tracked this way.',
      labelNames: LABELS,
      stability: 'STABLE',
      collect: (gauge) => {
        gauge.reset();
        for (const request of this.longRunning) gauge.inc(this.labelsOf(verbLabel(request), request.context.info));
      },
    });
    this.registry.gauge({
      name: 'apiserver_current_inflight_requests',
      help: 'Maximal number of currently used inflight request limit of this apiserver per request kind in last second.',
      labelNames: ['request_kind'],
      stability: 'STABLE',
      collect: (gauge) => {
        const waiting = this.facts.waiting();
        for (const kind of ['mutating', 'readOnly'] as const) gauge.set({ request_kind: kind }, this.running[kind] - waiting[kind]);
      },
    });
    this.registry.gauge({
      name: 'apiserver_current_inqueue_requests',
      help: 'Maximal number of queued requests in this apiserver per request kind in last second.',
      labelNames: ['request_kind'],
      collect: (gauge) => {
        for (const [request_kind, count] of Object.entries(this.facts.waiting())) gauge.set({ request_kind }, count);
      },
    });
  }

  /** Counts requests and how long they take. */
  readonly filter: Filter = (next) => (request, response) => {
    const started = performance.now();
    const { context } = request;
    const isLong = isLongRunning(context.info);
    const kind = isMutating(request.method) ? 'mutating' : 'readOnly';
    if (isLong) this.longRunning.add(request);
    else this.running[kind] += 1;
    context.atEnd.push(() => {
      if (isLong) this.longRunning.delete(request);
      else this.running[kind] -= 1;
      this.seriesOf(request).count(response.statusCode, (performance.now() - started) / 1000, context);
    });
    return next(request, response);
  };

  private seriesOf(request: ApiRequest): RequestSeries {
    const { info, query } = request.context;
    const { apiGroup, apiVersion, resource, subresource, verb } = info;
    const reported = verbLabel(request);
    const dryRun = dryRunLabel(query);
    const scope = scopeLabel(info);
    const key = `${reported} ${verb} ${dryRun} ${apiGroup} ${apiVersion} ${resource} ${subresource} ${scope}${resource ? '' : info.path}`;
    const known = this.series.get(key);
    if (known) return known;
    if (this.series.size < MAX_SERIES && this.isNamed(info)) return this.addSeries(key, this.labelsOf(reported, info), dryRun, verb);
    const keyOfAll = `${reported} ${dryRun}`;
    return this.series.get(keyOfAll) ?? this.addSeries(keyOfAll, nothingBut(reported), dryRun, verb);
  }

  private isNamed(info: RequestInfo): boolean {
    return info.isResourceRequest ? this.facts.serves(info) : HEALTH_PATHS.has(info.path);
  }

  private labelsOf(verb: string, info: RequestInfo): RequestLabels {
    return this.isNamed(info) ? requestLabels(verb, info) : nothingBut(verb);
  }

  private addSeries(key: string, labels: RequestLabels, dryRun: string, verb: string): RequestSeries {
    const series = new RequestSeries(labels, dryRun, verb, this.histograms);
    this.series.set(key, series);
    return series;
  }
}

function addHistograms(registry: MetricsRegistry): SeriesHistograms {
  return {
    durations: registry.countedHistogram({
      name: 'apiserver_request_duration_seconds',
      help: 'Response latency distribution in seconds for each verb, dry run value, group, version, resource, subresource, scope and component.',
      labelNames: [...LABELS, 'dry_run'],
      buckets: DURATION_BUCKETS,
      stability: 'STABLE',
    }),
    ownDurations: registry.countedHistogram({
      name: 'apiserver_request_sli_duration_seconds',
      help: 'Response latency distribution (not counting webhook duration and priority & fairness queue wait times) in seconds for each verb, group, version, resource, subresource, scope and component.',
      labelNames: LABELS,
      buckets: OWN_DURATION_BUCKETS,
    }),
    answerBytes: registry.countedHistogram({
      name: 'apiserver_response_sizes',
      help: 'Response size distribution in bytes for each group, version, verb, resource, subresource, scope and component.',
      labelNames: LABELS,
      buckets: exponentialBuckets(1000, 10, 7),
      stability: 'STABLE',
    }),
    bodyBytes: registry.countedHistogram({
      name: 'apiserver_request_body_size_bytes',
      help: 'Apiserver request body size in bytes broken out by resource and verb.',
      labelNames: ['group', 'resource', 'verb'],
      buckets: linearBuckets(50_000, 100_000, 31),
    }),
  };
}

/** Before anything was served. */
const REFUSALS: ReadonlySet<number> = new Set([401, 403, 429]);

/** A bound, should there be ever so many resources. */
const MAX_SERIES = 5000;

const HEALTH_PATHS: ReadonlySet<string> = new Set(['/healthz', '/livez', '/readyz']);
