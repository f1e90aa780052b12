/// <reference types="jest" />
import type { Context } from './index';
import { allUnder, bytes, codeOf, freshPrefix, written } from './fixture';

export function describeWrites(context: () => Context): void {
  describe('writes', () => {
    it('create gives the pair a revision that is its createRevision and modRevision', async () => {
      const { store } = context();
      const key = `${freshPrefix()}a`;
      const before = await store.currentRevision();
      const revision = await written(store.create(key, bytes('1')));
      expect(revision).toBeGreaterThan(before);
      expect(await store.get(key)).toEqual({
        revision, kv: { key, value: bytes('1'), createRevision: revision, modRevision: revision },
      });
    });

    it('create refuses a key that exists and returns the present pair', async () => {
      const { store } = context();
      const key = `${freshPrefix()}a`;
      const revision = await written(store.create(key, bytes('1')));
      expect(await store.create(key, bytes('2'))).toEqual({
        succeeded: false, revision, current: { key, value: bytes('1'), createRevision: revision, modRevision: revision },
      });
    });

    it('update replaces the value and keeps createRevision', async () => {
      const { store } = context();
      const key = `${freshPrefix()}a`;
      const created = await written(store.create(key, bytes('1')));
      const updated = await written(store.update(key, bytes('2'), created));
      expect(updated).toBeGreaterThan(created);
      expect((await store.get(key)).kv).toEqual({ key, value: bytes('2'), createRevision: created, modRevision: updated });
    });

    it('update refuses another revision than the expected and returns the present pair', async () => {
      const { store } = context();
      const key = `${freshPrefix()}a`;
      const created = await written(store.create(key, bytes('1')));
      const updated = await written(store.update(key, bytes('2'), created));
      expect(await store.update(key, bytes('3'), created)).toEqual({
        succeeded: false, revision: updated, current: { key, value: bytes('2'), createRevision: created, modRevision: updated },
      });
    });

    it('update of a key that is gone is refused without a present pair', async () => {
      const { store } = context();
      const key = `${freshPrefix()}a`;
      const created = await written(store.create(key, bytes('1')));
      const deleted = await written(store.delete(key, created));
      expect(await store.update(key, bytes('2'), created)).toEqual({ succeeded: false, revision: deleted, current: undefined });
    });

    it('delete removes the key; created again it has a new createRevision', async () => {
      const { store } = context();
      const key = `${freshPrefix()}a`;
      const created = await written(store.create(key, bytes('1')));
      const deleted = await written(store.delete(key, created));
      expect(deleted).toBeGreaterThan(created);
      expect((await store.get(key)).kv).toBeUndefined();
      const again = await written(store.create(key, bytes('2')));
      expect((await store.get(key)).kv).toMatchObject({ createRevision: again, modRevision: again });
    });

    it.each([['a stale revision', 1], ['revision 0', 0]])('delete refuses %s', async (_name, expected) => {
      const { store } = context();
      const key = `${freshPrefix()}a`;
      const revision = await written(store.create(key, bytes('1')));
      expect(await store.delete(key, expected)).toMatchObject({ succeeded: false, current: { modRevision: revision } });
    });

    it.each([0, 7])('delete of a key that does not exist is refused (expected revision %d)', async (expected) => {
      const { store } = context();
      expect(await store.delete(`${freshPrefix()}a`, expected)).toMatchObject({ succeeded: false, current: undefined });
    });

    it('of two writers with the same expectation exactly one wins, and the loser sees what won', async () => {
      const { store } = context();
      const key = `${freshPrefix()}a`;
      let revision = await written(store.create(key, bytes('0')));
      for (let round = 0; round < 20; round++) {
        const results = await Promise.all([store.update(key, bytes('left'), revision), store.update(key, bytes('right'), revision)]);
        const winner = results.findIndex((result) => result.succeeded);
        const [won, lost] = winner === 0 ? results : [results[1], results[0]];
        if (!won?.succeeded || !lost || lost.succeeded) throw new Error('exactly one must win');
        expect(lost.current).toMatchObject({ modRevision: won.revision, value: bytes(winner === 0 ? 'left' : 'right') });
        revision = won.revision;
      }
    });

    it('writes at the same time each get a revision of their own', async () => {
      const { store } = context();
      const prefix = freshPrefix();
      const writes = Array.from({ length: 200 }, (_, i) => written(store.create(`${prefix}${i}`, bytes(`${i}`))));
      const revisions = await Promise.all(writes);
      expect(new Set(revisions).size).toBe(200);
      const stored = await allUnder(store, prefix);
      expect(new Map(stored.map((kv) => [kv.key, kv.modRevision]))).toEqual(
        new Map(revisions.map((revision, i) => [`${prefix}${i}`, revision])),
      );
    });

    it('increments that retry on refusal lose nothing', async () => {
      const { store } = context();
      const key = `${freshPrefix()}counter`;
      await written(store.create(key, bytes('0')));
      const increment = async (): Promise<void> => {
        for (;;) {
          const { kv } = await store.get(key);
          if (!kv) throw new Error('the counter is gone');
          if ((await store.update(key, bytes(`${Number(kv.value.toString()) + 1}`), kv.modRevision)).succeeded) return;
        }
      };
      await Promise.all(Array.from({ length: 8 }, async () => {
        for (let i = 0; i < 10; i++) await increment();
      }));
      expect((await store.get(key)).kv?.value.toString()).toBe('80');
    });

    it('a read that starts after an acknowledged write sees it', async () => {
      const { store } = context();
      const prefix = freshPrefix();
      for (let i = 0; i < 50; i++) {
        const revision = await written(store.create(`${prefix}${i}`, bytes('x')));
        expect(await store.currentRevision()).toBeGreaterThanOrEqual(revision);
        expect((await store.get(`${prefix}${i}`)).kv?.modRevision).toBe(revision);
      }
    });

    it.each([
      ['empty', Buffer.alloc(0)],
      ['all bytes', Buffer.from(Array.from({ length: 256 }, (_, i) => i))],
      ['1 MB', Buffer.alloc(1_000_000, 'typekube')],
    ])('keeps a value exactly: %s', async (_name, value) => {
      const { store } = context();
      const key = `${freshPrefix()}a`;
      await written(store.create(key, value));
      expect((await store.get(key)).kv?.value.equals(value)).toBe(true);
    });

    it('does not hold on to the buffer it was given', async () => {
      const { store } = context();
      const key = `${freshPrefix()}a`;
      const value = bytes('before');
      const revision = await written(store.create(key, value));
      value.fill(0);
      expect((await store.get(key)).kv).toMatchObject({ value: bytes('before'), modRevision: revision });
    });

    it.each(['with space', 'a\0b', 'a"b\\c', 'naïve', '漢字', '😀', '\uffee', '\u007f', '%2F', 'x'.repeat(3000)])(
      'takes the key %j',
      async (name) => {
        const { store } = context();
        const key = freshPrefix() + name;
        const created = await written(store.create(key, bytes('1')));
        const updated = await written(store.update(key, bytes('2'), created));
        expect((await store.get(key)).kv).toMatchObject({ key, modRevision: updated });
        await written(store.delete(key, updated));
        expect((await store.get(key)).kv).toBeUndefined();
      },
    );

    it.each([['empty', ''], ['with half of a surrogate pair', '/a\ud800']])('refuses a key that is %s', async (_name, key) => {
      const { store } = context();
      await expect(store.create(key, bytes('1'))).rejects.toThrow(RangeError);
      await expect(store.get(key)).rejects.toThrow(RangeError);
    });

    it('refuses everything once closed', async () => {
      const store = await context().fixture.open().catch(() => undefined);
      // A driver that has its data to itself cannot open twice; it reopens instead.
      const closing = store ?? context().store;
      await closing.close();
      await closing.close();
      expect(await codeOf(closing.create('/a', bytes('1')))).toBe('closed');
      expect(await codeOf(closing.get('/a'))).toBe('closed');
      expect(await codeOf(closing.currentRevision())).toBe('closed');
      if (!store) context().store = await context().fixture.open();
    });
  });
}
