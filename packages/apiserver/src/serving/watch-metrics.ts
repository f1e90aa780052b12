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
