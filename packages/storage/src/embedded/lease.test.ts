import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytes, codeOf, eventLine, TestWatch, written } from '../testing/fixture';
import { openEmbeddedStore, type EmbeddedStore } from './open';

describe('embedded leases', () => {
  let dataDir: string;
  let now = 0;
  beforeEach(() => {
    now = 1_000_000;
    dataDir = mkdtempSync(join(tmpdir(), 'typekube-lease-'));
  });
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  const open = (): Promise<EmbeddedStore> => openEmbeddedStore({ dataDir, compactionIntervalMs: 0, now: () => now });

  it('a lease that ran out while the store was closed ends at the opening, as a change', async () => {
    const store = await open();
    const lease = await store.grantLease(60);
    await written(store.create('/a', bytes('1'), { lease }));
    const before = store.revision;
    await store.close();
    now += 61_000;
    const again = await open();
    const watch = new TestWatch(again, '/a', before);
    expect((await watch.events(1)).map(eventLine)).toEqual(['delete a=1 (1)']);
    expect(await codeOf(again.keepLeaseAlive(lease))).toBe('lease-not-found');
    await watch.stop();
    await again.close();
  });

  it('keeping alive is remembered over an opening', async () => {
    const store = await open();
    const lease = await store.grantLease(60);
    await written(store.create('/a', bytes('1'), { lease }));
    now += 50_000;
    await store.keepLeaseAlive(lease);
    await store.close();
    now += 50_000;
    const again = await open();
    await again.keepLeaseAlive(lease);
    expect((await again.get('/a')).kv?.value.toString()).toBe('1');
    await again.close();
  });

  it('a key that was given another lease stays when the first runs out', async () => {
    const store = await open();
    const short = await store.grantLease(10);
    const long = await store.grantLease(100);
    const created = await written(store.create('/a', bytes('1'), { lease: short }));
    await written(store.update('/a', bytes('2'), created, { lease: long }));
    await written(store.create('/b', bytes('1'), { lease: short }));
    await store.close();
    now += 11_000;
    const again = await open();
    const watch = new TestWatch(again, '/b', again.revision);
    expect((await watch.events(1)).map(eventLine)).toEqual(['delete b=1 (1)']);
    expect((await again.get('/a')).kv?.value.toString()).toBe('2');
    await watch.stop();
    await again.close();
  });

  it('a write in the same commit as the revocation is refused or deleted, never left', async () => {
    const store = await open();
    const lease = await store.grantLease(60);
    const outcomes = await Promise.allSettled([
      store.create('/a', bytes('1'), { lease }), store.revokeLease(lease), store.create('/b', bytes('1'), { lease }),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect((await store.get('/a')).kv).toBeUndefined();
    expect((await store.get('/b')).kv).toBeUndefined();
    await store.close();
  });
});
