import { type CountedHistogram, exponentialBuckets, type MetricsRegistry } from '@typekube/component-base';

/** The sizes of events by what is watched: a watch keeps its own series, as it counts each event. */
export type WatchEvents = Pick<CountedHistogram<'group' | 'version' | 'resource'>, 'labels'>;

/** `apiserver_watch_events_*`, with upstream's labels and buckets. */
export function watchEventMetrics(metrics: MetricsRegistry): WatchEvents {
  const sizes = metrics.countedHistogram({
    name: 'apiserver_watch_events_sizes',
    help: 'Watch event size distribution in bytes',
    labelNames: ['group', 'version', 'resource'],
    buckets: exponentialBuckets(1024, 2, 8),
  });
  metrics.counter({
    name: 'apiserver_watch_events_total',
    help: 'Number of events sent in watch clients',
    labelNames: ['group', 'version', 'resource'],
    collect: (counter) => {
      for (const { labels, counts } of sizes.collect()) counter.inc(labels, counts.count);
    },
  });
  return sizes;
}

/** How long it takes until a watch has told the state it was asked for. */
export type WatchLists = CountedHistogram<'group' | 'version' | 'resource' | 'scope'>;

/** `apiserver_watch_list_duration_seconds`, with upstream's labels and buckets. */
export function watchListMetrics(metrics: MetricsRegistry): WatchLists {
  return metrics.countedHistogram({
    name: 'apiserver_watch_list_duration_seconds',
    help: 'Response latency distribution in seconds for watch list requests broken by group, version, resource and scope.',
    labelNames: ['group', 'version', 'resource', 'scope'],
    buckets: [0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 2, 4, 6, 8, 10, 15, 20, 30, 45, 60],
    stability: 'BETA',
  });
}
