import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allUnder, bytes, codeOf, eventLine, TestWatch, written } from '../testing/fixture';
import { closeFolder, openFolder } from './folder';
import { openEmbeddedStore, type EmbeddedStore, type EmbeddedStoreOptions } from './open';

describe('embedded compaction', () => {
  let dataDir: string;
  beforeEach(() => (dataDir = mkdtempSync(join(tmpdir(), 'typekube-compact-'))));
  afterEach(() => {
    jest.useRealTimers();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const open = (options: Partial<EmbeddedStoreOptions> = {}): Promise<EmbeddedStore> =>
    openEmbeddedStore({ dataDir, compactionIntervalMs: 0, ...options });

  /** Revisions with a record on disk. */
  async function recordsOnDisk(): Promise<number> {
    const folder = await openFolder(dataDir);
    const count = folder.history.getCount();
    await closeFolder(folder);
    return count;
  }

  it('removes from disk what nobody can ask for any more', async () => {
    const store = await open();
    const kept = await written(store.create('/a/kept', bytes('1')));
    let revision = await written(store.create('/a/busy', bytes('0')));
    for (let i = 0; i < 100; i++) revision = await written(store.update('/a/busy', bytes(`${i}`), revision));
    const gone = await written(store.create('/a/gone', bytes('1')));
    await written(store.delete('/a/gone', gone));
    await written(store.create('/b', bytes('1')));
    await store.compact(store.revision);
    await store.close();
    expect(await recordsOnDisk()).toBe(3);
    const again = await open();
    expect((await allUnder(again, '/a/')).map((kv) => [kv.key, kv.modRevision])).toEqual([['/a/busy', revision], ['/a/kept', kept]]);
    await again.close();
  });

  it('keeps the pair that the first kept change replaced', async () => {
    const store = await open();
    const first = await written(store.create('/a', bytes('old')));
    const second = await written(store.update('/a', bytes('new'), first));
    const third = await written(store.delete('/a', second));
    await store.compact(second);
    const watch = new TestWatch(store, '/a', second - 1);
    expect((await watch.events(2)).map(eventLine)).toEqual(['put a=new (old)', 'delete a=new (new)']);
    await store.compact(third);
    const end = new TestWatch(store, '/a', third - 1);
    expect((await end.events(1)).map(eventLine)).toEqual(['delete a=new (new)']);
    await Promise.all([watch.stop(), end.stop()]);
    await store.close();
  });

  it('a key deleted before and created after reads rightly at every kept revision', async () => {
    const store = await open();
    const created = await written(store.create('/a', bytes('1')));
    await written(store.delete('/a', created));
    const mark = await written(store.create('/b', bytes('1')));
    const again = await written(store.create('/a', bytes('2')));
    await store.compact(mark);
    expect((await store.get('/a', { revision: mark })).kv).toBeUndefined();
    expect((await store.get('/a', { revision: again })).kv?.value.toString()).toBe('2');
    await store.close();
  });

  it('runs by itself: each interval forgets what was old at the one before', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'performance', 'setTimeout', 'clearTimeout', 'queueMicrotask'] });
    const marks: number[] = [];
    const store = await open({
      compactionIntervalMs: 1000, onMetric: (name) => name === 'compaction_duration_seconds' && marks.push(store.compactRevision),
    });
    let revision = await written(store.create('/a', bytes('0')));
    const update = async (): Promise<void> => void (revision = await written(store.update('/a', bytes('x'), revision)));
    await update();
    const atFirst = revision;
    jest.advanceTimersByTime(1000);
    await update();
    jest.advanceTimersByTime(1000);
    await until(() => marks.at(-1) === atFirst);
    expect((await store.get('/a', { revision: atFirst })).kv?.modRevision).toBe(atFirst);
    expect(await codeOf(store.get('/a', { revision: atFirst - 1 }))).toBe('compacted');
    await store.close();
  });

  it('bounds history by number', async () => {
    const store = await open({ maxHistory: 100 });
    let revision = await written(store.create('/a', bytes('0')));
    for (let i = 0; i < 1000; i++) revision = await written(store.update('/a', bytes(`${i}`), revision));
    expect(store.revision - store.compactRevision).toBeLessThanOrEqual(102);
    expect((await store.get('/a', { revision: revision - 50 })).kv?.modRevision).toBe(revision - 50);
    await store.close();
    expect(await recordsOnDisk()).toBeLessThanOrEqual(104);
  });

  it('goes on after an interruption between the mark and the removal', async () => {
    const store = await open();
    let revision = await written(store.create('/a', bytes('0')));
    for (let i = 0; i < 2000; i++) revision = await written(store.update('/a', Buffer.alloc(2000), revision));
    const compaction = store.compact(revision);
    await until(() => store.compactRevision === revision);
    await store.close();
    await compaction.catch(() => undefined);
    const again = await open();
    expect(again.compactRevision).toBe(revision);
    await again.compact(revision);
    await again.close();
    expect(await recordsOnDisk()).toBeLessThanOrEqual(2);
  });

  it('leaves the index right over many checkpoints, deletions and openings', async () => {
    const model = new Map<string, number>();
    for (let round = 0; round < 4; round++) {
      const store = await open();
      await Promise.all(Array.from({ length: 1500 }, async (_, i) => {
        const key = `/k/${(i * 7 + round * 331) % 900}/${i % 2}`;
        const present = (await store.get(key)).kv;
        const result = present && i % 3 === 0
          ? await store.delete(key, present.modRevision)
          : await store.update(key, bytes(`${round}-${i}`), present?.modRevision ?? 0);
        if (!result.succeeded) return;
        if (present && i % 3 === 0) model.delete(key);
        else model.set(key, result.revision);
      }));
      if (round % 2 === 1) await store.compact(store.revision - 100);
      await store.close();
      const again = await open();
      expect(new Map((await allUnder(again, '/k/')).map((kv) => [kv.key, kv.modRevision]))).toEqual(model);
      await again.close();
    }
  });
});

/** Lets the event loop turn until the condition holds. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
