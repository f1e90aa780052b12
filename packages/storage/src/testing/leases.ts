/// <reference types="jest" />
import type { Context } from './index';
import { allUnder, bytes, codeOf, eventLine, freshPrefix, TestWatch, written } from './fixture';

export function describeLeases(context: () => Context): void {
  describe('leases', () => {
    it('revoking deletes the keys, each as a change', async () => {
      const { store } = context();
      const prefix = freshPrefix();
      const lease = await store.grantLease(60);
      const watch = new TestWatch(store, prefix, await store.currentRevision());
      const events = watch.events(5);
      await written(store.create(`${prefix}a`, bytes('1'), { lease }));
      await written(store.create(`${prefix}b`, bytes('2'), { lease }));
      await written(store.create(`${prefix}c`, bytes('3')));
      await store.revokeLease(lease);
      expect((await events).slice(3).map(eventLine).sort()).toEqual(['delete a=1 (1)', 'delete b=2 (2)']);
      expect((await allUnder(store, prefix)).map((kv) => kv.value.toString())).toEqual(['3']);
      await watch.stop();
    });

    it('keys go when the lease runs out', async () => {
      const { store } = context();
      const prefix = freshPrefix();
      const watch = new TestWatch(store, prefix, await store.currentRevision());
      const lease = await store.grantLease(1);
      await written(store.create(`${prefix}a`, bytes('1'), { lease }));
      expect((await watch.events(2)).map(eventLine)).toEqual(['put a=1 (-)', 'delete a=1 (1)']);
      expect(await codeOf(store.keepLeaseAlive(lease))).toBe('lease-not-found');
      expect(await codeOf(store.create(`${prefix}b`, bytes('1'), { lease }))).toBe('lease-not-found');
      await watch.stop();
    });

    it('a write without the lease frees the key of it', async () => {
      const { store } = context();
      const prefix = freshPrefix();
      const lease = await store.grantLease(60);
      const other = await store.grantLease(60);
      const kept = await written(store.create(`${prefix}kept`, bytes('1'), { lease }));
      const moved = await written(store.create(`${prefix}moved`, bytes('1'), { lease }));
      await written(store.update(`${prefix}kept`, bytes('2'), kept));
      await written(store.update(`${prefix}moved`, bytes('2'), moved, { lease: other }));
      await store.revokeLease(lease);
      expect((await allUnder(store, prefix)).map((kv) => kv.key)).toEqual([`${prefix}kept`, `${prefix}moved`]);
      await store.revokeLease(other);
      expect((await allUnder(store, prefix)).map((kv) => kv.key)).toEqual([`${prefix}kept`]);
    });

    it('keeping alive succeeds while the lease lives', async () => {
      const { store } = context();
      const lease = await store.grantLease(60);
      await store.keepLeaseAlive(lease);
      await store.revokeLease(lease);
      expect(await codeOf(store.keepLeaseAlive(lease))).toBe('lease-not-found');
    });

    it.each(['update', 'revoke', 'keep alive'])('a lease that does not exist: %s', async (what) => {
      const { store } = context();
      const lease = await store.grantLease(60);
      await store.revokeLease(lease);
      const key = `${freshPrefix()}a`;
      const revision = await written(store.create(key, bytes('1')));
      const attempt =
        what === 'update' ? store.update(key, bytes('2'), revision, { lease })
        : what === 'revoke' ? store.revokeLease(lease)
        : store.keepLeaseAlive(lease);
      expect(await codeOf(attempt)).toBe('lease-not-found');
      expect((await store.get(key)).kv?.value.toString()).toBe('1');
    });

    it.each([0, -1, 1.5, Number.NaN])('refuses to live %d seconds', async (ttl) => {
      await expect(context().store.grantLease(ttl)).rejects.toThrow(RangeError);
    });

    it('outlives the store that granted it', async () => {
      const current = context();
      const prefix = freshPrefix();
      const lease = await current.store.grantLease(60);
      await written(current.store.create(`${prefix}a`, bytes('1'), { lease }));
      await current.store.close();
      current.store = await current.fixture.open();
      await current.store.keepLeaseAlive(lease);
      expect((await current.store.get(`${prefix}a`)).kv?.value.toString()).toBe('1');
      await current.store.revokeLease(lease);
      expect((await current.store.get(`${prefix}a`)).kv).toBeUndefined();
    });
  });
}
