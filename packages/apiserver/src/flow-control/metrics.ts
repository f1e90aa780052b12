import type { BucketCounts, MetricsRegistry, StabilityLevel } from '@typekube/component-base';
import type { FlowControl } from './flow-control';
import type { FlowStats } from './flow-stats';
import type { PriorityLevel } from './priority-level';

const PREFIX = 'apiserver_flowcontrol';
const FLOW_LABELS = ['priority_level', 'flow_schema'] as const;

/** Metrics of API priority and fairness with upstream's names, added up when they are read. */
export function addFlowControlMetrics(metrics: MetricsRegistry, control: FlowControl): void {
  addLevelMetrics(metrics, control);
  addFlowCounters(metrics, control);
  addFlowGauges(metrics, control);
  addFlowHistograms(metrics, control);
}

function addLevelMetrics(metrics: MetricsRegistry, { levels }: FlowControl): void {
  const gauge = (name: string, help: string, read: (level: PriorityLevel) => number, stability: StabilityLevel = 'ALPHA'): void => {
    metrics.gauge({
      name: `${PREFIX}_${name}`,
      help,
      labelNames: ['priority_level'],
      stability,
      collect: (each) => {
        each.reset();
        for (const level of levels.all) each.set({ priority_level: level.name }, read(level));
      },
    });
  };
  gauge('nominal_limit_seats', 'Nominal number of execution seats configured for each priority level', ({ limits }) => limits.nominal, 'BETA');
  gauge('lower_limit_seats', 'Configured lower bound on number of execution seats available to each priority level', ({ limits }) => limits.lower);
  gauge('upper_limit_seats', 'Configured upper bound on number of execution seats available to each priority level', ({ limits }) => limits.upper);
  gauge('current_limit_seats', 'current derived number of execution seats available to each priority level', ({ seats }) => seats ?? 0);
  gauge('target_seats', 'Seat allocation targets', ({ target }) => target);
  gauge('demand_seats_high_watermark', 'High watermark, over last adjustment period, of demand_seats', ({ demand }) => demand.highest);
  gauge('demand_seats_average', 'Time-weighted average, over last adjustment period, of demand_seats', ({ demand }) => demand.average);
  gauge('demand_seats_stdev', 'Time-weighted standard deviation, over last adjustment period, of demand_seats', ({ demand }) => demand.deviation);
  gauge('demand_seats_smoothed', 'Smoothed seat demands', ({ smoothedDemand }) => smoothedDemand);
  gauge('current_r', 'R(time of last change)', ({ queues }) => queues.numbers.r);
  metrics.gauge({
    name: `${PREFIX}_seat_fair_frac`,
    help: "Fair fraction of server's concurrency to allocate to each priority level that can use it",
    collect: (each) => each.set(levels.fairFraction),
  });
}

function addFlowCounters(metrics: MetricsRegistry, control: FlowControl): void {
  metrics.counter({
    name: `${PREFIX}_rejected_requests_total`,
    help: 'Number of requests rejected by API Priority and Fairness subsystem',
    labelNames: [...FLOW_LABELS, 'reason'],
    stability: 'BETA',
    collect: (counter) => {
      for (const stats of control.stats) {
        for (const [reason, count] of Object.entries(stats.rejects)) counter.inc({ ...labelsOf(stats), reason }, count);
      }
    },
  });
  const counter = (name: string, help: string, stability: 'ALPHA' | 'BETA', read: (stats: FlowStats) => number): void => {
    metrics.counter({
      name: `${PREFIX}_${name}`,
      help,
      labelNames: FLOW_LABELS,
      stability,
      collect: (each) => {
        for (const stats of control.stats) each.inc(labelsOf(stats), read(stats));
      },
    });
  };
  counter('dispatched_requests_total', 'Number of requests executed by API Priority and Fairness subsystem', 'BETA', ({ dispatches }) => dispatches);
  counter('request_dispatch_no_accommodation_total', 'Number of times a dispatch attempt resulted in a non accommodation due to lack of available seats', 'ALPHA', ({ noAccommodation }) => noAccommodation);
}

function addFlowGauges(metrics: MetricsRegistry, control: FlowControl): void {
  const gauge = (name: string, help: string, stability: 'ALPHA' | 'BETA', read: (stats: FlowStats) => number): void => {
    metrics.gauge({
      name: `${PREFIX}_${name}`,
      help,
      labelNames: FLOW_LABELS,
      stability,
      collect: (each) => {
        for (const stats of control.stats) each.set(labelsOf(stats), read(stats));
      },
    });
  };
  gauge('current_inqueue_requests', 'Number of requests currently pending in queues of the API Priority and Fairness subsystem', 'BETA', ({ waiting }) => waiting);
  gauge('current_inqueue_seats', 'Number of seats currently pending in queues of the API Priority and Fairness subsystem', 'ALPHA', ({ seatsWaiting }) => seatsWaiting);
  gauge('current_executing_requests', 'Number of requests in initial (for a WATCH) or any (for a non-WATCH) execution stage in the API Priority and Fairness subsystem', 'BETA', ({ executing }) => executing);
  gauge('current_executing_seats', 'Concurrency (number of seats) occupied by the currently executing (initial stage for a WATCH, any stage otherwise) requests in the API Priority and Fairness subsystem', 'BETA', ({ seatsInUse }) => seatsInUse);
}

function addFlowHistograms(metrics: MetricsRegistry, control: FlowControl): void {
  const histogram = (name: string, help: string, read: (stats: FlowStats) => BucketCounts): void => {
    metrics.collectedHistogram({ name: `${PREFIX}_${name}`, help, labelNames: FLOW_LABELS }, () => {
      return [...control.stats].map((stats) => ({ labels: labelsOf(stats), counts: read(stats) })).filter(({ counts }) => counts.count > 0);
    });
  };
  histogram('work_estimated_seats', 'Number of estimated seats (maximum of initial and final seats) associated with requests in API Priority and Fairness', ({ seats }) => seats);
  histogram('watch_count_samples', 'count of watchers for mutating requests in API Priority and Fairness', ({ watchers }) => watchers);
  histogram('request_queue_length_after_enqueue', 'Length of queue in the API Priority and Fairness subsystem, as seen by each request after it is enqueued', ({ queueLength }) => queueLength);
  metrics.collectedHistogram(
    {
      name: `${PREFIX}_request_execution_seconds`,
      help: 'Duration of initial stage (for a WATCH) or any (for a non-WATCH) stage of request execution in the API Priority and Fairness subsystem',
      labelNames: [...FLOW_LABELS, 'type'],
    },
    () => [...control.stats].flatMap((stats) => Object.entries(stats.executionSeconds).map(([type, counts]) => ({ labels: { ...labelsOf(stats), type }, counts }))).filter(isUsed),
  );
  metrics.collectedHistogram(
    {
      name: `${PREFIX}_request_wait_duration_seconds`,
      help: 'Length of time a request spent waiting in its queue',
      labelNames: [...FLOW_LABELS, 'execute'],
      stability: 'BETA',
    },
    () => [...control.stats].flatMap((stats) => Object.entries(stats.waitSeconds).map(([execute, counts]) => ({ labels: { ...labelsOf(stats), execute }, counts }))).filter(isUsed),
  );
}

function isUsed({ counts }: { readonly counts: BucketCounts }): boolean {
  return counts.count > 0;
}

function labelsOf({ level, schema }: FlowStats): { priority_level: string; flow_schema: string } {
  return { priority_level: level, flow_schema: schema };
}
