import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StoreError } from '../errors';
import { allUnder, codeOf, TestWatch, written } from '../testing/fixture';
import { openEmbeddedStore } from './open';

const BALLAST_BYTES = 8 * 1024 * 1024;

/** A tmpfs of 16 MiB, half of it filled with a file that can be removed. Mounting needs root. */
describe('a full disk', () => {
  const mountPoint = mkdtempSync(join(tmpdir(), 'typekube-full-'));
  const ballast = join(mountPoint, 'ballast');
  const dataDir = join(mountPoint, 'data');

  /** A crashed copy, on another disk. */
  const copy = mkdtempSync(join(tmpdir(), 'typekube-full-copy-'));

  /** Takes all room that is left; returns the file that has it. */
  function fill(): string {
    const { bavail, bsize } = statfsSync(mountPoint);
    const filling = join(mountPoint, 'filling');
    writeFileSync(filling, Buffer.alloc(bavail * bsize));
    return filling;
  }

  beforeAll(() => void execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', mountPoint]));
  afterAll(() => {
    execFileSync('umount', [mountPoint]);
    rmSync(mountPoint, { recursive: true });
    rmSync(copy, { recursive: true });
  });
  beforeEach(() => {
    writeFileSync(ballast, Buffer.alloc(BALLAST_BYTES));
    // LMDB's library prints the failure of a commit by itself.
    jest.spyOn(console, 'error').mockImplementation(() => undefined);
  });
  afterEach(() => {
    jest.restoreAllMocks();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('refuses writes with no-space, serves reads, and takes writes again when there is room', async () => {
    const store = await openEmbeddedStore({ dataDir, compactionIntervalMs: 0 });
    const acknowledged: string[] = [];
    let failure: unknown;
    for (let i = 0; failure === undefined; i++) {
      await written(store.create(`/a/${i}`, Buffer.alloc(100_000, i % 251))).then(
        () => acknowledged.push(`/a/${i}`),
        (error: unknown) => (failure = error),
      );
    }
    expect(failure).toBeInstanceOf(StoreError);
    expect(failure).toMatchObject({ code: 'no-space' });
    const full = await store.currentRevision();
    const watch = new TestWatch(store, '/a/', full);
    expect(await codeOf(store.create('/a/another', Buffer.alloc(100_000)))).toBe('no-space');
    expect((await allUnder(store, '/a/')).map((kv) => kv.key).sort()).toEqual([...acknowledged].sort());
    expect((await store.get('/a/another')).kv).toBeUndefined();
    expect(await store.currentRevision()).toBe(full);

    rmSync(ballast);
    expect(await written(store.create('/a/room', Buffer.alloc(100_000)))).toBe(full + 1);
    expect((await watch.events(1)).map(({ kv }) => kv.key)).toEqual(['/a/room']);
    await watch.stop();
    await store.close();
    const again = await openEmbeddedStore({ dataDir });
    expect((await allUnder(again, '/a/')).map((kv) => kv.key).sort()).toEqual([...acknowledged, '/a/room'].sort());
    await again.close();
  });

  it('writes of one commit fail together', async () => {
    const store = await openEmbeddedStore({ dataDir, compactionIntervalMs: 0 });
    const results = await Promise.allSettled(
      Array.from({ length: 200 }, (_, i) => written(store.create(`/b/${i}`, Buffer.alloc(100_000)))),
    );
    const kept = results.flatMap((result, i) => (result.status === 'fulfilled' ? [`/b/${i}`] : []));
    expect(kept.length).toBeLessThan(200);
    expect((await allUnder(store, '/b/')).map((kv) => kv.key).sort()).toEqual(kept.sort());
    await store.close();
  });

  it('refuses what the log has no room for, and leaves nothing of it', async () => {
    const store = await openEmbeddedStore({ dataDir, compactionIntervalMs: 0 });
    await written(store.create('/d/first', Buffer.alloc(100_000)));
    const filling = fill();
    const acknowledged = ['/d/first'];
    for (let i = 0; ; i++) {
      const code = await store.create(`/d/${i}`, Buffer.alloc(100_000)).then(() => undefined, (error: StoreError) => error.code);
      if (code) expect(code).toBe('no-space');
      if (code) break;
      acknowledged.push(`/d/${i}`);
    }
    // The log has taken some into the room it had, of which the database knows nothing.
    expect(acknowledged.length).toBeGreaterThan(1);
    cpSync(dataDir, copy, { recursive: true });
    for (const path of [copy, dataDir]) {
      if (path === dataDir) await store.close();
      const again = await openEmbeddedStore({ dataDir: path, compactionIntervalMs: 0 });
      expect((await allUnder(again, '/d/')).map((kv) => kv.key).sort()).toEqual([...acknowledged].sort());
      if (path === dataDir) {
        rmSync(filling);
        await written(again.create('/d/room', Buffer.alloc(100_000)));
      }
      await again.close();
    }
  });

  it('opens on a full disk and reads', async () => {
    const store = await openEmbeddedStore({ dataDir });
    await written(store.create('/c/a', Buffer.alloc(10)));
    await store.close();
    const filling = fill();
    const again = await openEmbeddedStore({ dataDir });
    expect(await allUnder(again, '/c/')).toHaveLength(1);
    rmSync(filling);
    await again.close();
  });
});
