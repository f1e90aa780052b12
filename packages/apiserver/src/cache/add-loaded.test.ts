import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedStore, type Store } from '@typekube/storage';
import { EntryFormat } from './entry';
import { Feed } from './feed';
import { ResourceCache } from './resource-cache';

const PREFIX = '/registry/example.com/widgets/';
const value = (name: string): Buffer => Buffer.from(JSON.stringify({ kind: 'Widget', apiVersion: 'example.com/v1', metadata: { name } }));
const newCache = (): ResourceCache => new ResourceCache(PREFIX, new EntryFormat('Widget', 'example.com/v1', {}));
const names = (cache: ResourceCache): string[] => [...cache.entries.values()].map(({ name }) => name);

describe('a cache that is added to a running feed', () => {
  let store: Store;
  let dataDir: string;
  let feed: Feed;
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'typekube-feed-'));
    store = await openEmbeddedStore({ dataDir, compactionIntervalMs: 0 });
  });
  afterEach(async () => {
    await feed.stop();
    await store.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  const start = async (over: Store): Promise<void> => {
    feed = new Feed({ store: over, onError: () => undefined, onUnreadable: () => undefined });
    await feed.start();
  };

  it('has what was there, and what is written while it is read, once', async () => {
    await store.create(`${PREFIX}a`, value('a'));
    const slow: Store = Object.create(store, {
      range: {
        value: async (...args: Parameters<Store['range']>) => {
          const read = await store.range(...args);
          if (args[0].start === PREFIX) {
            const { revision } = await store.create(`${PREFIX}b`, value('b'));
            await feed.waitFor(revision, 5_000);
          }
          return read;
        },
      },
    }) as Store;
    await start(slow);
    const cache = newCache();
    await feed.addLoaded(cache);
    expect(names(cache)).toEqual(['a', 'b']);
    const { revision } = await store.create(`${PREFIX}c`, value('c'));
    await feed.waitFor(revision, 5_000);
    expect(names(cache)).toEqual(['a', 'b', 'c']);
    expect(cache.counts.events).toBe(2);
  });

  it('takes the place of another one, whose listeners are closed', async () => {
    await start(store);
    const [first, second] = [newCache(), newCache()];
    await feed.addLoaded(first);
    const closed = new Promise<void>((resolve) => first.listen({ event: () => undefined, closed: resolve }));
    await feed.addLoaded(second);
    await closed;
    const { revision } = await store.create(`${PREFIX}a`, value('a'));
    await feed.waitFor(revision, 5_000);
    expect([names(first), names(second)]).toEqual([[], ['a']]);
    feed.remove(second);
    const last = await store.create(`${PREFIX}b`, value('b'));
    await feed.waitFor(last.revision, 5_000);
    expect(names(second)).toEqual(['a']);
  });
});
