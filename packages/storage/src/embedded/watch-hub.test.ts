import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytes, codeOf, TestWatch, written } from '../testing/fixture';
import { openEmbeddedStore, type EmbeddedStore } from './open';

describe('embedded watches', () => {
  let dataDir: string;
  let store: EmbeddedStore;
  const metrics = new Map<string, number>();

  beforeEach(async () => {
    metrics.clear();
    dataDir = mkdtempSync(join(tmpdir(), 'typekube-watch-'));
    store = await openEmbeddedStore({
      dataDir, compactionIntervalMs: 0, maxBufferedEvents: 10, maxBufferedBytes: 10_000,
      onMetric: (name, value) => metrics.set(name, value),
    });
  });
  afterEach(async () => {
    await store.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('has handed a change to a waiting watch before the write is acknowledged', async () => {
    const watch = new TestWatch(store, '/a/', store.revision);
    const order: string[] = [];
    const seen = watch.next().then(() => order.push('watch'));
    await store.create('/a/1', bytes('1')).then(() => order.push('write'));
    await seen;
    expect(order).toEqual(['watch', 'write']);
    await watch.stop();
  });

  it('puts all of one commit in one batch', async () => {
    const watch = new TestWatch(store, '/a/', store.revision);
    const batch = watch.next();
    await Promise.all(Array.from({ length: 5 }, (_, i) => written(store.create(`/a/${i}`, bytes('x')))));
    expect((await batch)?.events).toHaveLength(5);
    expect((await batch)?.revision).toBe(store.revision);
    await watch.stop();
  });

  it('reports progress where a commit holds nothing for the watch', async () => {
    const watch = new TestWatch(store, '/a/', store.revision);
    const batch = watch.next();
    const revision = await written(store.create('/b/1', bytes('x')));
    expect(await batch).toEqual({ revision, events: [] });
    await watch.stop();
  });

  it.each([
    ['events', 30, 10],
    ['bytes', 5, 4000],
  ])('a watcher that lags beyond its buffer of %s is served from disk', async (_name, count, size) => {
    const watch = new TestWatch(store, '/a/', store.revision);
    const first = watch.events(1);
    await written(store.create('/a/first', bytes('x')));
    await first;
    for (let i = 0; i < count; i++) await written(store.create(`/a/${i}`, Buffer.alloc(size)));
    expect(metrics.get('watcher_overflows_total')).toBe(1);
    expect((await watch.events(count)).map(({ kv }) => kv.key)).toEqual(Array.from({ length: count }, (_, i) => `/a/${i}`));
    const live = watch.events(1);
    await written(store.create('/a/live', bytes('x')));
    expect((await live).map(({ kv }) => kv.key)).toEqual(['/a/live']);
    await watch.stop();
  });

  it('a watcher that lags beyond the history that is kept is told so', async () => {
    const watch = new TestWatch(store, '/a/', store.revision);
    const first = watch.events(1);
    await written(store.create('/a/first', bytes('x')));
    await first;
    for (let i = 0; i < 30; i++) await written(store.create(`/a/${i}`, bytes('x')));
    await store.compact(store.revision);
    expect(await codeOf(watch.next())).toBe('compacted');
    expect(await watch.next()).toBeUndefined();
  });

  it('forgets watchers that have ended', async () => {
    const watches = Array.from({ length: 4 }, () => new TestWatch(store, '/a/', store.revision));
    expect(metrics.get('watchers')).toBe(4);
    watches[0]?.abort();
    await watches[1]?.stop();
    expect(metrics.get('watchers')).toBe(2);
    const waiting = watches[2]?.next() ?? Promise.resolve(undefined);
    await store.close();
    expect(await codeOf(waiting)).toBe('closed');
    expect(await codeOf(watches[3]?.next() ?? Promise.resolve(undefined))).toBe('closed');
    expect(metrics.get('watchers')).toBe(0);
  });
});
