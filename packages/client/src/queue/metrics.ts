import { type Clock, exponentialBuckets, type MetricsRegistry, systemClock } from '@typekube/component-base';

/** Is told what a work queue does. */
export interface QueueMetrics {
  depth(items: number): void;
  added(): void;
  retried(): void;
  /** Seconds that an item stood in the queue. */
  waited(seconds: number): void;
  /** Seconds that an item was worked on. */
  worked(seconds: number): void;
  /** Is asked, whenever metrics are read, for the seconds that each item in work has taken up to now. */
  observeRunning(running: () => readonly number[]): void;
}

export const noQueueMetrics: QueueMetrics = {
  depth: () => undefined,
  added: () => undefined,
  retried: () => undefined,
  waited: () => undefined,
  worked: () => undefined,
  observeRunning: () => undefined,
};

const UNFINISHED_HELP =
  "How many seconds of work has done that is in progress and hasn't been observed by work_duration. " +
  'Large values indicate stuck threads. ' +
  'One can deduce the number of stuck threads by observing the rate at which this increases.';

/** Upstream's `workqueue_…` metrics, once a process: gives the metrics of a queue by its name. */
export function workQueueMetrics(registry: MetricsRegistry): (name: string) => QueueMetrics {
  const running = new Map<string, () => readonly number[]>();
  const labelNames = ['name'] as const;
  const buckets = exponentialBuckets(1e-8, 10, 12);
  const depth = registry.gauge({ name: 'workqueue_depth', help: 'Current depth of workqueue', labelNames });
  const adds = registry.counter({ name: 'workqueue_adds_total', help: 'Total number of adds handled by workqueue', labelNames });
  const retries = registry.counter({
    name: 'workqueue_retries_total',
    help: 'Total number of retries handled by workqueue',
    labelNames,
  });
  const waited = registry.histogram({
    name: 'workqueue_queue_duration_seconds',
    help: 'How long in seconds an item stays in workqueue before being requested.',
    labelNames,
    buckets,
  });
  const worked = registry.histogram({
    name: 'workqueue_work_duration_seconds',
    help: 'How long in seconds processing an item from workqueue takes.',
    labelNames,
    buckets,
  });
  registry.gauge({
    name: 'workqueue_unfinished_work_seconds',
    help: UNFINISHED_HELP,
    labelNames,
    collect: (gauge) =>
      running.forEach((seconds, name) =>
        gauge.set(
          { name },
          seconds().reduce((sum, each) => sum + each, 0),
        ),
      ),
  });
  registry.gauge({
    name: 'workqueue_longest_running_processor_seconds',
    help: 'How many seconds has the longest running processor for workqueue been running.',
    labelNames,
    collect: (gauge) => running.forEach((seconds, name) => gauge.set({ name }, Math.max(0, ...seconds()))),
  });
  return (name) => ({
    depth: (items) => depth.set({ name }, items),
    added: () => adds.inc({ name }),
    retried: () => retries.inc({ name }),
    waited: (seconds) => waited.observe({ name }, seconds),
    worked: (seconds) => worked.observe({ name }, seconds),
    observeRunning: (ask) => void running.set(name, ask),
  });
}

/** Remembers since when items wait and are worked on. */
export class QueueTimes<K> {
  private readonly queuedAt = new Map<K, number>();
  private readonly startedAt = new Map<K, number>();

  constructor(
    private readonly metrics: QueueMetrics,
    private readonly clock: Clock = systemClock,
  ) {
    metrics.observeRunning(() => [...this.startedAt.values()].map((at) => this.secondsSince(at)));
  }

  queued(item: K): void {
    this.metrics.added();
    if (!this.queuedAt.has(item)) this.queuedAt.set(item, this.clock.monotonic());
  }

  started(item: K): void {
    const at = this.queuedAt.get(item);
    if (at !== undefined) this.metrics.waited(this.secondsSince(at));
    this.queuedAt.delete(item);
    this.startedAt.set(item, this.clock.monotonic());
  }

  done(item: K): void {
    const at = this.startedAt.get(item);
    if (at !== undefined) this.metrics.worked(this.secondsSince(at));
    this.startedAt.delete(item);
  }

  private secondsSince(at: number): number {
    return (this.clock.monotonic() - at) / 1000;
  }
}
