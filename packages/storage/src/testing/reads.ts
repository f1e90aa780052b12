/// <reference types="jest" />
import { prefixEnd } from '../store';
import type { Context } from './index';
import { allUnder, bytes, codeOf, freshPrefix, written } from './fixture';

export function describeReads(context: () => Context): void {
  describe('reads', () => {
    it('a range has its keys in byte order, without its end', async () => {
      const { store } = context();
      const prefix = freshPrefix();
      const names = ['b', 'a', 'a/b', 'a-b', 'a0', 'Z', '\uffee', '😀', 'é'];
      for (const name of names) await written(store.create(prefix + name, bytes(name)));
      await written(store.create(prefixEnd(prefix), bytes('outside')));
      const sorted = [...names].sort((a, b) => Buffer.compare(bytes(a), bytes(b)));
      expect((await allUnder(store, prefix)).map((kv) => kv.value.toString())).toEqual(sorted);
      const part = await store.range({ start: `${prefix}a`, end: `${prefix}b` });
      expect(part.kvs.map((kv) => kv.value.toString())).toEqual(['a', 'a-b', 'a/b', 'a0']);
    });

    it('limit cuts the keys, not the count', async () => {
      const { store } = context();
      const prefix = freshPrefix();
      for (let i = 0; i < 5; i++) await written(store.create(`${prefix}${i}`, bytes(`${i}`)));
      const result = await store.range({ start: prefix, end: prefixEnd(prefix), limit: 2 });
      expect(result.count).toBe(5);
      expect(result.kvs.map((kv) => kv.value.toString())).toEqual(['0', '1']);
    });

    it('an empty range has the revision it was read at', async () => {
      const { store } = context();
      const prefix = freshPrefix();
      const revision = await store.currentRevision();
      expect(await store.range({ start: prefix, end: prefixEnd(prefix) })).toEqual({ revision, kvs: [], count: 0 });
      expect(revision).toBeGreaterThan(0);
    });

    it('reads each state of the past', async () => {
      const { store } = context();
      const prefix = freshPrefix();
      const a1 = await written(store.create(`${prefix}a`, bytes('a1')));
      const b1 = await written(store.create(`${prefix}b`, bytes('b1')));
      const a2 = await written(store.update(`${prefix}a`, bytes('a2'), a1));
      const gone = await written(store.delete(`${prefix}a`, a2));
      const a3 = await written(store.create(`${prefix}a`, bytes('a3')));
      const at = async (revision: number): Promise<string[]> =>
        (await allUnder(store, prefix, { revision })).map((kv) => `${kv.value.toString()}@${kv.createRevision}`);
      expect(await at(a1 - 1)).toEqual([]);
      expect(await at(a1)).toEqual([`a1@${a1}`]);
      expect(await at(b1)).toEqual([`a1@${a1}`, `b1@${b1}`]);
      expect(await at(a2)).toEqual([`a2@${a1}`, `b1@${b1}`]);
      expect(await at(gone)).toEqual([`b1@${b1}`]);
      expect(await at(a3)).toEqual([`a3@${a3}`, `b1@${b1}`]);
      expect((await store.get(`${prefix}a`, { revision: a2 })).kv).toEqual({
        key: `${prefix}a`, value: bytes('a2'), createRevision: a1, modRevision: a2,
      });
      expect((await store.get(`${prefix}a`, { revision: gone })).kv).toBeUndefined();
    });

    it('pages read at one revision make one consistent list', async () => {
      const { store } = context();
      const prefix = freshPrefix();
      for (let i = 0; i < 6; i++) await written(store.create(`${prefix}${i}`, bytes('old')));
      const first = await store.range({ start: prefix, end: prefixEnd(prefix), limit: 3 });
      await written(store.create(`${prefix}9`, bytes('new')));
      const rest = await store.range({ start: `${prefix}3`, end: prefixEnd(prefix), revision: first.revision });
      expect([...first.kvs, ...rest.kvs].map((kv) => kv.key)).toEqual([0, 1, 2, 3, 4, 5].map((i) => `${prefix}${i}`));
      expect(rest.revision).toBe(first.revision);
    });

    it('gives a range of thousands of keys whole', async () => {
      const { store } = context();
      const prefix = freshPrefix();
      const key = (i: number): string => prefix + String(i).padStart(5, '0');
      for (let from = 0; from < 1500; from += 100) {
        await Promise.all(Array.from({ length: 100 }, (_, i) => written(store.create(key(from + i), Buffer.alloc(2000, 120)))));
      }
      const { kvs, count } = await store.range({ start: prefix, end: prefixEnd(prefix) });
      expect(count).toBe(1500);
      expect(kvs.map((kv) => kv.key)).toEqual(Array.from({ length: 1500 }, (_, i) => key(i)));
    });

    it('a revision that has not happened is refused', async () => {
      const { store } = context();
      const prefix = freshPrefix();
      const revision = (await store.currentRevision()) + 1000;
      expect(await codeOf(store.get(`${prefix}a`, { revision }))).toBe('future-revision');
      expect(await codeOf(store.range({ start: prefix, end: prefixEnd(prefix), revision }))).toBe('future-revision');
      expect(await codeOf(store.compact(revision))).toBe('future-revision');
    });

    it('compaction takes the past and leaves the present', async () => {
      const { store } = context();
      const prefix = freshPrefix();
      const a1 = await written(store.create(`${prefix}a`, bytes('a1')));
      const a2 = await written(store.update(`${prefix}a`, bytes('a2'), a1));
      const b1 = await written(store.create(`${prefix}b`, bytes('b1')));
      const gone = await written(store.delete(`${prefix}b`, b1));
      const a3 = await written(store.update(`${prefix}a`, bytes('a3'), a2));
      await store.compact(gone);
      expect(await codeOf(store.get(`${prefix}a`, { revision: a1 }))).toBe('compacted');
      expect(await codeOf(store.range({ start: prefix, end: prefixEnd(prefix), revision: b1 }))).toBe('compacted');
      expect((await allUnder(store, prefix, { revision: gone })).map((kv) => kv.value.toString())).toEqual(['a2']);
      expect((await allUnder(store, prefix)).map((kv) => [kv.value.toString(), kv.modRevision])).toEqual([['a3', a3]]);
      await store.compact(gone);
      expect(await written(store.create(`${prefix}b`, bytes('b2')))).toBeGreaterThan(a3);
    });

    it('has a size', async () => {
      expect(await context().store.sizeInBytes()).toBeGreaterThan(0);
    });
  });
}
