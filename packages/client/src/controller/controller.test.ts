import { FakeClock } from '@typekube/component-base/testing';
import { MetricsRegistry } from '@typekube/component-base';
import type { corev1 } from '@typekube/api';
import { Informer } from '../cache/informer';
import { configMaps } from '../resources/kinds';
import { eventually, TestApiServer } from '../testing';
import { Controller, type ControllerOptions, TerminalError } from './controller';
import { type ControllerWatch, keyOfController, watching } from './controller-watch';
import { controllerMetrics } from './metrics';

/** A watch in the hands of the test. */
function handWatch(): ControllerWatch & { tell: (key: string) => void; sync: () => void } {
  let enqueue = (_key: string): void => undefined;
  let markSynced = (): void => undefined;
  const isSynced = new Promise<void>((resolve) => (markSynced = resolve));
  return {
    synced: () => isSynced,
    start: (to) => {
      enqueue = to;
      return () => (enqueue = () => undefined);
    },
    tell: (key) => enqueue(key),
    sync: () => markSynced(),
  };
}

/** Lets everything that can go on go on. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function setUp(reconcile: ControllerOptions['reconcile'], options: Partial<ControllerOptions> = {}) {
  const clock = new FakeClock();
  const watch = handWatch();
  const registry = new MetricsRegistry();
  const stop = new AbortController();
  const metrics = controllerMetrics(registry)('test');
  const controller = new Controller({ name: 'test', watches: [watch], reconcile, clock, metrics, ...options });
  const running = controller.run(stop.signal);
  return { clock, watch, registry, stop, running, controller };
}

it('waits for its caches before it works', async () => {
  const seen: string[] = [];
  const { watch, stop, running } = setUp(async (key) => void seen.push(key));
  watch.tell('a');
  await settle();
  expect(seen).toEqual([]);
  watch.sync();
  await settle();
  expect(seen).toEqual(['a']);
  stop.abort();
  await running;
});

it('tries again later each time after a throw, and not after a terminal error', async () => {
  const seen: string[] = [];
  const { clock, watch, registry, stop, running } = setUp(async (key, { failures }) => {
    seen.push(`${key} ${failures}`);
    if (key === 'never') throw new TerminalError('no use');
    if (failures < 2) throw new Error('not yet');
  });
  watch.sync();
  watch.tell('never');
  watch.tell('later');
  await settle();
  expect(seen).toEqual(['never 0', 'later 0']);
  for (const [milliseconds, count] of [
    [4, 2],
    [1, 3],
    [9, 3],
    [1, 4],
    [1000, 4],
  ] as const) {
    clock.advance(milliseconds);
    await settle();
    expect(seen).toHaveLength(count);
  }
  expect((await registry.expose()).body).toMatch(/result="terminal_error"} 1\n.*result="error"} 2\n.*result="success"} 1/);
  stop.abort();
  await running;
});

it('contains what throws at once, and goes on with other keys', async () => {
  const seen: string[] = [];
  const { watch, stop, running } = setUp((key) => {
    seen.push(key);
    throw new TypeError('undefined is not a function');
  });
  watch.sync();
  watch.tell('a');
  watch.tell('b');
  await settle();
  expect(seen).toEqual(['a', 'b']);
  stop.abort();
  await running;
});

it('comes again when asked to', async () => {
  let calls = 0;
  const { clock, watch, stop, running } = setUp(async () => (calls++ === 0 ? { requeueAfterMilliseconds: 500 } : undefined));
  watch.sync();
  watch.tell('a');
  await settle();
  clock.advance(499);
  await settle();
  expect(calls).toBe(1);
  clock.advance(1);
  await settle();
  clock.advance(10_000);
  await settle();
  expect(calls).toBe(2);
  stop.abort();
  await running;
});

it('works on several keys at once, never on one twice', async () => {
  const active = new Map<string, number>();
  const most = new Map<string, number>();
  const { controller, watch, stop, running } = setUp(
    async (key) => {
      active.set(key, (active.get(key) ?? 0) + 1);
      active.set('all', (active.get('all') ?? 0) + 1);
      for (const name of [key, 'all']) most.set(name, Math.max(most.get(name) ?? 0, active.get(name) ?? 0));
      await settle();
      active.set(key, (active.get(key) ?? 0) - 1);
      active.set('all', (active.get('all') ?? 0) - 1);
    },
    { workers: 3 },
  );
  watch.sync();
  for (let i = 0; i < 50; i++) {
    for (const key of ['a', 'b', 'c', 'd', 'e']) controller.enqueue(key);
    if (i % 5 === 0) await settle();
  }
  for (let i = 0; i < 10; i++) await settle();
  expect([most.get('a'), most.get('all')]).toEqual([1, 3]);
  stop.abort();
  await running;
});

it('aborts the signal of a call past its time, and tries again', async () => {
  const reasons: string[] = [];
  const { clock, watch, stop, running } = setUp(
    (_, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reasons.push(String(signal.reason));
          reject(signal.reason);
        });
      }),
    { timeoutMilliseconds: 100 },
  );
  watch.sync();
  watch.tell('a');
  await settle();
  clock.advance(100);
  await settle();
  expect(reasons).toEqual(['Error: test took more than 100 ms for "a"']);
  clock.advance(5);
  await settle();
  clock.advance(100);
  expect(reasons).toHaveLength(2);
  stop.abort();
  await running;
});

it('lets what is under way end on a stop, then aborts it, and leaves the rest', async () => {
  const seen: string[] = [];
  const { clock, watch, stop, running } = setUp(
    async (key, { signal }) => {
      seen.push(key);
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      seen.push(`${key} ended`);
    },
    { drainMilliseconds: 100 },
  );
  watch.sync();
  watch.tell('a');
  watch.tell('b');
  await settle();
  stop.abort();
  await settle();
  expect(seen).toEqual(['a']);
  clock.advance(100);
  await running;
  expect(seen).toEqual(['a', 'a ended']);
});

it('gives the key of the owner that controls an object', () => {
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: '1', controller: true };
  const pod: corev1.Pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: 'x', ownerReferences: [{ ...owner, controller: false, name: 'other' }, owner] },
  };
  expect(keyOfController({ group: 'apps', kind: 'ReplicaSet' })(pod)).toEqual(['x/web']);
  expect(keyOfController({ group: 'batch', kind: 'ReplicaSet' })(pod)).toEqual([]);
});

it('brings a world to what is wanted through a server that is killed in between', async () => {
  const server = await TestApiServer.start();
  const client = await server.client();
  const maps = client.for(configMaps, 'default');
  const informer = new Informer(configMaps, client.for(configMaps, 'default'));
  const stop = new AbortController();
  const isSource = (name: string): boolean => name.startsWith('source-');
  const controller = new Controller({
    name: 'copier',
    watches: [
      watching(informer, {
        mapToKeys: ({ metadata: { name = '' } }) => [name.replace('copy-', '')],
        when: ({ type }) => type !== 'updated',
      }),
    ],
    workers: 4,
    reconcile: async (name, { signal }) => {
      if (!isSource(name) || !informer.indexer.get(`default/${name}`) || informer.indexer.get(`default/copy-${name}`)) return;
      await maps.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `copy-${name}` } }, { signal });
    },
  });
  const running = Promise.all([informer.run(stop.signal), controller.run(stop.signal)]);
  const source = (i: number) => maps.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `source-${i}` } });
  for (let i = 0; i < 20; i++) await source(i);
  await server.kill();
  await server.start();
  for (let i = 20; i < 40; i++) await source(i);
  await eventually(
    async () => (await maps.list()).items.filter(({ metadata }) => metadata.name?.startsWith('copy-')).length === 40,
    20_000,
  );
  stop.abort();
  await running;
  await server.stop();
});
