import type { MetricsRegistry } from '@typekube/component-base';
import type { Store } from '@typekube/storage';

/** So long the metrics wait for the store, as upstream. */
const WAIT_MS = 1000;

/** `apiserver_storage_size_bytes`; left out while the store does not tell. */
export function addStoreSize(metrics: MetricsRegistry, store: Pick<Store, 'sizeInBytes'>, onFailure: (error: unknown) => void): void {
  metrics.gauge({
    name: 'apiserver_storage_size_bytes',
    help: 'Size of the storage database file physically allocated in bytes.',
    labelNames: ['storage_cluster_id'],
    stability: 'STABLE',
    collect: async (gauge) => {
      gauge.reset();
      try {
        gauge.set({ storage_cluster_id: 'etcd-0' }, await within(WAIT_MS, store.sizeInBytes()));
      } catch (error) {
        onFailure(error);
      }
    },
  });
}

async function within<T>(ms: number, asked: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}
