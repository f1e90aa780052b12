/// <reference types="jest" />
import { prefixEnd } from '../store';
import type { Context } from './index';
import { allUnder, bytes, codeOf, eventLine, freshPrefix, TestWatch, written } from './fixture';

export function describeFaults(context: () => Context): void {
  describe('reopening', () => {
    it('keeps pairs, history and the revision', async () => {
      const current = context();
      const prefix = freshPrefix();
      const a1 = await written(current.store.create(`${prefix}a`, bytes('a1')));
      const a2 = await written(current.store.update(`${prefix}a`, bytes('a2'), a1));
      await written(current.store.create(`${prefix}b`, bytes('b1')));
      const before = await current.store.range({ start: prefix, end: prefixEnd(prefix) });
      await reopen(current);
      expect(await current.store.range({ start: prefix, end: prefixEnd(prefix) })).toEqual(before);
      expect((await allUnder(current.store, prefix, { revision: a1 })).map((kv) => kv.value.toString())).toEqual(['a1']);
      const watch = new TestWatch(current.store, prefix, a1);
      expect((await watch.events(2)).map(eventLine)).toEqual(['put a=a2 (a1)', 'put b=b1 (-)']);
      expect(await codeOf(current.store.get(`${prefix}a`, { revision: before.revision + 100 }))).toBe('future-revision');
      await watch.stop();
      expect(await written(current.store.update(`${prefix}a`, bytes('a3'), a2))).toBe(before.revision + 1);
    });

    it('the revision does not go back though the newest keys are deleted and compacted', async () => {
      const current = context();
      const key = `${freshPrefix()}a`;
      const created = await written(current.store.create(key, bytes('1')));
      const deleted = await written(current.store.delete(key, created));
      await current.store.compact(deleted);
      await reopen(current);
      expect(await current.store.currentRevision()).toBe(deleted);
      expect(await codeOf(current.store.get(key, { revision: created }))).toBe('compacted');
      expect(await written(current.store.create(key, bytes('2')))).toBe(deleted + 1);
    });
  });

  describe('a crash of the server', () => {
    it('leaves every acknowledged write, and a watch goes on without gap or duplicate', async () => {
      const { store, fixture } = context();
      if (!fixture.crash) return;
      const prefix = freshPrefix();
      const watch = new TestWatch(store, prefix, await store.currentRevision());
      const seen = watch.events(20);
      for (let i = 0; i < 10; i++) await written(store.create(`${prefix}${i}`, bytes(`${i}`)));
      await fixture.crash();
      for (let i = 10; i < 20; i++) await written(store.create(`${prefix}${i}`, bytes(`${i}`)));
      expect((await seen).map(({ kv }) => kv.value.toString())).toEqual(Array.from({ length: 20 }, (_, i) => `${i}`));
      expect(await allUnder(store, prefix)).toHaveLength(20);
      await watch.stop();
    });
  });
}

async function reopen(context: Context): Promise<void> {
  await context.store.close();
  context.store = await context.fixture.open();
}
