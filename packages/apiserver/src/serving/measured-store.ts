import type { Store } from '@typekube/storage';
import type { BucketCounts, MetricsRegistry } from '@typekube/component-base';
import { formatGroupResource, resourceOfKey } from '../encryption/group-resource';
import { DURATION_BUCKETS } from './metrics';

/** A store that counts its requests and times them as `etcd_request_duration_seconds`, whichever driver it is. */
export function measureStore(store: Store, metrics: MetricsRegistry): Store {
  const durations = metrics.countedHistogram({
    name: 'etcd_request_duration_seconds',
    help: 'Etcd request latency in seconds for each operation and object type.',
    labelNames: LABELS,
    buckets: DURATION_BUCKETS,
  });
  const series = new Map<string, Series>();
  countRequests(metrics, series);
  const seriesOf = (operation: string, storeKey: string): Series => {
    const resource = resourceOfKey(storeKey);
    const key = `${operation} ${resource ? formatGroupResource(resource) : ''}`;
    let found = series.get(key);
    if (!found) {
      const labels = { operation, group: resource?.group ?? '', resource: resource?.resource ?? '' };
      series.set(key, (found = { labels, durations: durations.labels(labels), errors: 0 }));
    }
    return found;
  };
  const timed = <T>(operation: string, key: string, run: () => Promise<T>): Promise<T> => {
    const started = performance.now();
    const counts = seriesOf(operation, key);
    const end = (): void => counts.durations.observe((performance.now() - started) / 1000);
    return run().then(
      (result) => {
        end();
        return result;
      },
      (error: unknown) => {
        end();
        counts.errors += 1;
        throw error;
      },
    );
  };
  return {
    currentRevision: () => store.currentRevision(),
    get: (key, options) => timed('get', key, () => store.get(key, options)),
    range: (request) => timed('list', request.start, () => store.range(request)),
    create: (key, value, options) => timed('create', key, () => store.create(key, value, options)),
    update: (key, value, revision, options) => timed('update', key, () => store.update(key, value, revision, options)),
    delete: (key, revision) => timed('delete', key, () => store.delete(key, revision)),
    watch: (request) => store.watch(request),
    compact: (revision) => store.compact(revision),
    grantLease: (ttl) => store.grantLease(ttl),
    keepLeaseAlive: (lease) => store.keepLeaseAlive(lease),
    revokeLease: (lease) => store.revokeLease(lease),
    sizeInBytes: () => store.sizeInBytes(),
    close: () => store.close(),
  };
}

const LABELS = ['operation', 'group', 'resource'] as const;

interface Series {
  readonly labels: Readonly<Record<(typeof LABELS)[number], string>>;
  readonly durations: BucketCounts;
  errors: number;
}

/** Plain counts, added up when metrics are read. */
function countRequests(metrics: MetricsRegistry, series: ReadonlyMap<string, Series>): void {
  metrics.counter({
    name: 'etcd_requests_total',
    help: 'Etcd request counts for each operation and object type.',
    labelNames: LABELS,
    collect: (counter) => {
      for (const { labels, durations } of series.values()) counter.inc(labels, durations.count);
    },
  });
  metrics.counter({
    name: 'etcd_request_errors_total',
    help: 'Etcd failed request counts for each operation and object type.',
    labelNames: LABELS,
    collect: (counter) => {
      for (const { labels, errors } of series.values()) if (errors) counter.inc(labels, errors);
    },
  });
}
