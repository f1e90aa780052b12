import type { Store } from '@typekube/storage';
import type { BucketCounts, MetricsRegistry } from '@typekube/component-base';
import { STORE_BUCKETS } from './metrics';

/** A store that counts its requests and times them as `etcd_request_duration_seconds`, whichever driver it is. */
export function measureStore(store: Store, metrics: MetricsRegistry): Store {
  const durations = metrics.countedHistogram({
    name: 'etcd_request_duration_seconds',
    help: 'Etcd request latency in seconds for each operation and object type.',
    labelNames: ['operation', 'type'],
    buckets: STORE_BUCKETS,
  });
  const errors = metrics.counter({
    name: 'etcd_request_errors_total',
    help: 'Etcd failed request counts for each operation and object type.',
    labelNames: ['operation', 'type'],
  });
  const series = new Map<string, BucketCounts>();
  const seriesOf = (operation: string, type: string): BucketCounts => {
    const key = `${operation} ${type}`;
    let counts = series.get(key);
    if (!counts) series.set(key, (counts = durations.labels({ operation, type })));
    return counts;
  };
  const timed = <T>(operation: string, key: string, run: () => Promise<T>): Promise<T> => {
    const started = performance.now();
    const type = typeOf(key);
    const end = (): void => seriesOf(operation, type).observe((performance.now() - started) / 1000);
    return run().then(
      (result) => {
        end();
        return result;
      },
      (error: unknown) => {
        end();
        errors.inc({ operation, type });
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

/** `/registry/pods/…` is `pods`. */
function typeOf(key: string): string {
  const start = key.indexOf('/', 1) + 1;
  const end = key.indexOf('/', start);
  return start > 0 ? key.slice(start, end < 0 ? undefined : end) : '';
}
