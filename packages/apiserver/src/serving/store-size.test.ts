import { MetricsRegistry } from '@typekube/component-base';
import { addStoreSize } from './store-size';

it.each<[string, () => Promise<number>, string[], number]>([
  ['tells the size of the store', () => Promise.resolve(4096), ['apiserver_storage_size_bytes{storage_cluster_id="etcd-0"} 4096'], 0],
  ['leaves it out where the store does not tell', () => Promise.reject(new Error('gone')), [], 1],
])('%s', async (_, sizeInBytes, expected, failures) => {
  const metrics = new MetricsRegistry();
  const failed: unknown[] = [];
  addStoreSize(metrics, { sizeInBytes }, (error) => failed.push(error));
  const { body } = await metrics.expose();
  expect(body.split('\n').filter((line) => line.startsWith('apiserver_storage_size_bytes'))).toEqual(expected);
  expect(failed).toHaveLength(failures);
});
