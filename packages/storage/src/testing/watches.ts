/// <reference types="jest" />
import { prefixEnd } from '../store';
import type { Context } from './index';
import { bytes, codeOf, eventLine, freshPrefix, TestWatch, written } from './fixture';

export function describeWatches(context: () => Context): void {
  describe('watches', () => {
    it('delivers puts and deletes with the pair before', async () => {
      const { store } = context();
      const prefix = freshPrefix();
      const watch = new TestWatch(store, prefix, await store.currentRevision());
      const events = watch.events(4);
      const a1 = await written(store.create(`${prefix}a`, bytes('1')));
      const a2 = await written(store.update(`${prefix}a`, bytes('2'), a1));
      const gone = await written(store.delete(`${prefix}a`, a2));
      const again = await written(store.create(`${prefix}a`, bytes('3')));
      const seen = await events;
      expect(seen.map(eventLine)).toEqual(['put a=1 (-)', 'put a=2 (1)', 'delete a=2 (2)', 'put a=3 (-)']);
      expect(seen.map(({ kv }) => [kv.createRevision, kv.modRevision])).toEqual([[a1, a1], [a1, a2], [a1, gone], [again, again]]);
      await watch.stop();
    });

    it('delivers history first, then what happens, in order and once', async () => {
      const { store } = context();
      const prefix = freshPrefix();
      const start = await store.currentRevision();
      for (let i = 0; i < 20; i++) await written(store.create(`${prefix}${i}`, bytes('past')));
      const watch = new TestWatch(store, prefix, start);
      const writes = Array.from({ length: 20 }, (_, i) => written(store.create(`${prefix}${20 + i}`, bytes('now'))));
      const events = await watch.events(40);
      await Promise.all(writes);
      const revisions = events.map(({ kv }) => kv.modRevision);
      expect(revisions).toEqual([...new Set(revisions)].sort((a, b) => a - b));
      expect(new Set(events.map(({ kv }) => kv.key)).size).toBe(40);
      await watch.stop();
    });

    it('begins after the given revision', async () => {
      const { store } = context();
      const prefix = freshPrefix();
      await written(store.create(`${prefix}a`, bytes('1')));
      const second = await written(store.create(`${prefix}b`, bytes('2')));
      await written(store.create(`${prefix}c`, bytes('3')));
      const watch = new TestWatch(store, prefix, second);
      expect((await watch.events(1)).map(eventLine)).toEqual(['put c=3 (-)']);
      await watch.stop();
    });

    it('a batch covers what it says: no later event is at or before its revision', async () => {
      const { store } = context();
      const prefix = freshPrefix();
      const watch = new TestWatch(store, prefix, await store.currentRevision());
      const seen = watch.events(100);
      await Promise.all(Array.from({ length: 100 }, (_, i) => written(store.create(`${prefix}${i}`, bytes('x')))));
      await seen;
      let covered = 0;
      for (const { revision, events } of watch.batches) {
        for (const { kv } of events) {
          expect(kv.modRevision).toBeGreaterThan(covered);
          expect(kv.modRevision).toBeLessThanOrEqual(revision);
        }
        expect(revision).toBeGreaterThan(covered);
        covered = revision;
      }
      await watch.stop();
    });

    it('sees only its range', async () => {
      const { store } = context();
      const prefix = freshPrefix();
      const watch = new TestWatch(store, `${prefix}b/`, await store.currentRevision());
      const events = watch.events(2);
      for (const name of ['a/x', 'b', 'b/', 'b/x', 'b0', 'c']) await written(store.create(prefix + name, bytes('1')));
      expect((await events).map(({ kv }) => kv.key)).toEqual([`${prefix}b/`, `${prefix}b/x`]);
      await watch.stop();
    });

    it('waits for a revision that has not happened', async () => {
      const { store } = context();
      const prefix = freshPrefix();
      const watch = new TestWatch(store, prefix, (await store.currentRevision()) + 1);
      const events = watch.events(1);
      await written(store.create(`${prefix}a`, bytes('skipped')));
      await written(store.create(`${prefix}b`, bytes('seen')));
      expect((await events).map(eventLine)).toEqual(['put b=seen (-)']);
      await watch.stop();
    });

    it('serves many watchers the same', async () => {
      const { store } = context();
      const prefix = freshPrefix();
      const start = await store.currentRevision();
      const watches = Array.from({ length: 200 }, () => new TestWatch(store, prefix, start));
      const seen = watches.map((watch) => watch.events(10));
      for (let i = 0; i < 10; i++) await written(store.create(`${prefix}${i}`, bytes(`${i}`)));
      for (const events of await Promise.all(seen)) {
        expect(events.map(({ kv }) => kv.value.toString())).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
      }
      await Promise.all(watches.map((watch) => watch.stop()));
    });

    it('a watcher that does not read loses nothing and delays nobody', async () => {
      const { store } = context();
      const prefix = freshPrefix();
      const start = await store.currentRevision();
      const slow = new TestWatch(store, prefix, start);
      const first = slow.events(1);
      const quick = new TestWatch(store, prefix, start);
      const all = quick.events(3000);
      for (let from = 0; from < 3000; from += 500) {
        await Promise.all(Array.from({ length: 500 }, (_, i) => written(store.create(`${prefix}${from + i}`, Buffer.alloc(500)))));
      }
      const order = (await all).map(({ kv }) => kv.key);
      const begun = await first;
      const rest = await slow.events(3000 - begun.length);
      expect([...begun, ...rest].map(({ kv }) => kv.key)).toEqual(order);
      await Promise.all([slow.stop(), quick.stop()]);
    });

    it.each(['before', 'while waiting', 'after an event'])('ends when aborted %s', async (when) => {
      const { store } = context();
      const prefix = freshPrefix();
      const watch = new TestWatch(store, prefix, await store.currentRevision());
      if (when === 'after an event') {
        const event = watch.events(1);
        await written(store.create(`${prefix}a`, bytes('1')));
        await event;
      }
      const waiting = when === 'while waiting' ? drain(watch) : undefined;
      watch.abort();
      await (waiting ?? drain(watch));
    });

    it('a watch of compacted history fails with compacted', async () => {
      const { store } = context();
      const prefix = freshPrefix();
      const first = await written(store.create(`${prefix}a`, bytes('1')));
      let last = first;
      for (let i = 0; i < 5; i++) last = await written(store.update(`${prefix}a`, bytes(`${i}`), last));
      await store.compact(last);
      expect(await codeOf(drain(new TestWatch(store, prefix, first)))).toBe('compacted');
      const watch = new TestWatch(store, prefix, last);
      const events = watch.events(1);
      await written(store.update(`${prefix}a`, bytes('new'), last));
      expect((await events).map(eventLine)).toEqual(['put a=new (4)']);
      await watch.stop();
    });

    it('carries large values', async () => {
      const { store } = context();
      const prefix = freshPrefix();
      const watch = new TestWatch(store, prefix, await store.currentRevision());
      const events = watch.events(6);
      const values = Array.from({ length: 6 }, (_, i) => Buffer.alloc(1_000_000, `${i}`));
      await Promise.all(values.map((value, i) => written(store.create(`${prefix}${i}`, value))));
      for (const { kv } of await events) expect(kv.value.equals(values[Number(kv.key.at(-1))] ?? Buffer.alloc(0))).toBe(true);
      await watch.stop();
    });

    it('a range read and a watch from its revision make a full picture', async () => {
      const { store } = context();
      const prefix = freshPrefix();
      const writing = Promise.all(Array.from({ length: 100 }, (_, i) => written(store.create(`${prefix}${i}`, bytes('x')))));
      const list = await store.range({ start: prefix, end: prefixEnd(prefix) });
      const watch = new TestWatch(store, prefix, list.revision);
      const events = await watch.events(100 - list.kvs.length);
      await writing;
      expect(new Set([...list.kvs.map((kv) => kv.key), ...events.map(({ kv }) => kv.key)]).size).toBe(100);
      expect(list.kvs.length + events.length).toBe(100);
      await watch.stop();
    });
  });
}

/** Reads the watch to its end. */
async function drain(watch: TestWatch): Promise<void> {
  while (await watch.next());
}
