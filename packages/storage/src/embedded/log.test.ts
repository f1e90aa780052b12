import { copyFileSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allUnder, bytes, codeOf, eventLine, TestWatch, written } from '../testing/fixture';
import { closeFolder, openFolder } from './folder';
import { findFrameAfter, frameAt, type Frame } from './log-frame';
import { openEmbeddedStore, type EmbeddedStore } from './open';

const FILES = ['data.mdb', 'log.0', 'log.1'] as const;

describe('the log', () => {
  let root: string;
  let dataDir: string;
  let copy: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'typekube-log-'));
    dataDir = join(root, 'data');
    copy = join(root, 'copy');
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const open = (path: string): Promise<EmbeddedStore> => openEmbeddedStore({ dataDir: path, compactionIntervalMs: 0 });

  /** Copies the folder of an open store: what a process that is killed now would leave. */
  function crash(from = dataDir, to = copy): void {
    cpSync(from, to, { recursive: true });
  }

  /** A store with keys /a/0, /a/1, … each written by a commit of its own, and its crashed copy. */
  async function crashAfter(writes: number): Promise<void> {
    const store = await open(dataDir);
    for (let i = 0; i < writes; i++) await written(store.create(`/a/${i}`, Buffer.alloc(300, i)));
    crash();
    await store.close();
  }

  async function keysIn(path: string): Promise<string[]> {
    const store = await open(path);
    const kvs = await allUnder(store, '/a/');
    for (const { key, value, modRevision } of kvs) {
      const i = Number(key.slice('/a/'.length));
      expect({ modRevision, value }).toEqual({ modRevision: i + 2, value: Buffer.alloc(300, i) });
    }
    await store.close();
    return kvs.map(({ key }) => key).sort();
  }

  const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `/a/${i}`);

  it('has what the database has not, and the next opening goes on from it', async () => {
    await crashAfter(5);
    expect(readFileSync(join(copy, 'data.mdb')).includes('/a/0')).toBe(false);
    const store = await open(copy);
    expect(store.revision).toBe(6);
    const watch = new TestWatch(store, '/a/', 1);
    expect((await watch.events(5)).map(({ kv }) => kv.key)).toEqual(names(5));
    expect(await written(store.create('/a/5', Buffer.alloc(300, 5)))).toBe(7);
    await watch.stop();
    await store.close();
    expect(readFileSync(join(copy, 'data.mdb')).includes('/a/0')).toBe(true);
    expect(await keysIn(copy)).toEqual(names(6));
  });

  it('is replayed as often as the process is killed', async () => {
    await crashAfter(5);
    for (let round = 0; round < 3; round++) {
      const next = join(root, `again-${round}`);
      const store = await open(copy);
      await written(store.create(`/a/${5 + round}`, Buffer.alloc(300, 5 + round)));
      crash(copy, next);
      await store.close();
      copy = next;
    }
    expect(await keysIn(copy)).toEqual(names(8));
  });

  it('of an older state of the folder changes nothing', async () => {
    await crashAfter(5);
    const store = await open(dataDir);
    await written(store.update('/a/0', bytes('newer'), 2));
    await store.close();
    for (const name of ['log.0', 'log.1']) copyFileSync(join(copy, name), join(dataDir, name));
    const again = await open(dataDir);
    expect(again.revision).toBe(7);
    expect((await again.get('/a/0')).kv?.value.toString()).toBe('newer');
    await again.close();
  });

  it.each([
    ['the last byte', (frame: Frame) => frame.end - 1],
    ['half of its record', (frame: Frame) => (frame.start + frame.end) / 2],
    ['its record', (frame: Frame) => frame.start + 32],
    ['half of its header', (frame: Frame) => frame.start + 10],
    ['all of it', (frame: Frame) => frame.start],
  ])('without the end of its last frame (%s) is without that commit, which was never acknowledged', async (_name, cut) => {
    await crashAfter(5);
    const log = readLog();
    for (const filling of [Buffer.alloc(0), Buffer.alloc(500), Buffer.alloc(500, 0xa5)]) {
      writeFileSync(log.path, Buffer.concat([log.bytes.subarray(0, Math.floor(cut(log.frames[4]!))), filling]));
      expect(await keysIn(copy)).toEqual(names(4));
      crashAgain(log);
    }
  });

  /** Puts the copy back to what it was. */
  function crashAgain({ path, bytes: content, database }: LogOnDisk): void {
    writeFileSync(path, content);
    writeFileSync(join(copy, 'data.mdb'), database);
  }

  it('takes commits after a torn frame, and is whole again', async () => {
    await crashAfter(5);
    const { path, bytes: content, frames } = readLog();
    writeFileSync(path, content.subarray(0, frames[4]!.end - 100));
    const store = await open(copy);
    await written(store.create('/a/4', Buffer.alloc(300, 4)));
    crash(copy, join(root, 'again'));
    await store.close();
    expect(await keysIn(join(root, 'again'))).toEqual(names(5));
  });

  it.each([
    ['a changed byte before its last frame', ({ path, bytes: content, frames }: LogOnDisk) => {
      content[frames[2]!.start + 100]! ^= 1;
      writeFileSync(path, content);
    }],
    ['a lost frame', ({ path, bytes: content, frames }: LogOnDisk) => {
      writeFileSync(path, Buffer.concat([content.subarray(0, frames[2]!.start), content.subarray(frames[3]!.start)]));
    }],
    ['its beginning lost', ({ path, bytes: content, frames }: LogOnDisk) => writeFileSync(path, content.subarray(frames[1]!.start))],
    ['its beginning overwritten', ({ path, bytes: content }: LogOnDisk) => writeFileSync(path, content.fill(0, 0, 200))],
  ])('is damaged with %s, and left as it is', async (_name, spoil) => {
    await crashAfter(5);
    spoil(readLog());
    const before = FILES.map((name) => readFileSync(join(copy, name)));
    const opening = open(copy);
    expect(await codeOf(opening)).toBe('damaged');
    await expect(opening).rejects.toThrow(join(copy, 'log.'));
    expect(FILES.map((name, i) => readFileSync(join(copy, name)).equals(before[i]!))).toEqual([true, true, true]);
  });

  it('is damaged beside an older database that it does not follow on', async () => {
    const store = await open(dataDir);
    await written(store.create('/a/0', bytes('0')));
    crash();
    await store.compact(store.revision);
    await written(store.create('/a/1', bytes('1')));
    for (const name of ['log.0', 'log.1']) copyFileSync(join(dataDir, name), join(copy, name));
    await store.close();
    expect(await codeOf(open(copy))).toBe('damaged');
  });

  it.each([
    ['of another store', () => crashInto(join(root, 'other'), ['log.0', 'log.1'])],
    ['without its database', async () => rmSync(join(copy, 'data.mdb'))],
  ])('is damaged %s', async (_name, spoil) => {
    await crashAfter(5);
    await spoil();
    expect(await codeOf(open(copy))).toBe('damaged');
  });

  async function crashInto(other: string, files: readonly string[]): Promise<void> {
    const store = await open(other);
    for (let i = 0; i < 5; i++) await written(store.create(`/b/${i}`, bytes('x')));
    for (const name of files) copyFileSync(join(other, name), join(copy, name));
    await store.close();
  }

  it('is not taken in by values that look like its frames', async () => {
    const store = await open(dataDir);
    await written(store.create('/a/0', Buffer.alloc(300, 0)));
    const content = readFileSync(join(dataDir, 'log.0'));
    const frame = frameAt(content, 0, logIdOf(content));
    const forged = Buffer.from(content.subarray(0, frame!.end));
    forged.fill(0x5a, 8, 16);
    forged.writeDoubleBE(1e6, 16);
    await written(store.create('/b', forged));
    crash();
    await store.close();
    const again = await open(copy);
    expect(again.revision).toBe(3);
    expect((await again.get('/b')).kv?.value.equals(forged)).toBe(true);
    await again.close();
  });

  it('is begun in a folder of a version that had none', async () => {
    await crashAfter(3);
    const folder = await openFolder(dataDir);
    await folder.meta.put(Buffer.from('format'), Buffer.from('1'), { append: false });
    await folder.meta.remove(Buffer.from('log'));
    await closeFolder(folder);
    for (const name of ['log.0', 'log.1']) rmSync(join(dataDir, name));
    const store = await open(dataDir);
    await written(store.create('/a/3', Buffer.alloc(300, 3)));
    rmSync(copy, { recursive: true });
    crash();
    await store.close();
    expect(existsSync(join(copy, 'log.0'))).toBe(true);
    expect(await keysIn(copy)).toEqual(names(4));
  });

  it('lets reads, watches, compactions and leases see what is still on its way to the database', async () => {
    const store = await open(dataDir);
    const watch = new TestWatch(store, '/a', 1);
    const lease = await store.grantLease(60);
    const first = await written(store.create('/a', bytes('1'), { lease }));
    const second = await written(store.update('/a', bytes('2'), first, { lease }));
    expect((await store.get('/a', { revision: first })).kv?.value.toString()).toBe('1');
    await store.compact(second);
    expect(await codeOf(store.get('/a', { revision: first }))).toBe('compacted');
    const third = await written(store.update('/a', bytes('3'), second, { lease }));
    await store.revokeLease(lease);
    expect((await store.get('/a', { revision: third })).kv?.value.toString()).toBe('3');
    expect((await watch.events(4)).map(eventLine)).toEqual(['put a=1 (-)', 'put a=2 (1)', 'put a=3 (2)', 'delete a=3 (3)']);
    crash();
    await watch.stop();
    await store.close();
    const again = await open(copy);
    expect([(await again.get('/a')).kv, again.revision]).toEqual([undefined, third + 1]);
    await again.close();
  });

  it('has a bound, however much is written', async () => {
    const store = await open(dataDir);
    const value = Buffer.alloc(2000, 'x');
    for (let from = 0; from < 6000; from += 100) {
      await Promise.all(Array.from({ length: 100 }, (_, i) => written(store.create(`/many/${from + i}`, value))));
      const old = await store.get(`/many/${from}`, { revision: store.revision - 50 });
      expect(old.kv?.value.equals(value)).toBe(true);
    }
    crash();
    await store.close();
    for (const name of ['log.0', 'log.1']) expect(statSync(join(dataDir, name)).size).toBeLessThanOrEqual(4 * 1024 * 1024);
    for (const path of [dataDir, copy]) {
      const again = await open(path);
      expect((await allUnder(again, '/many/')).length).toBe(6000);
      await again.close();
    }
  });

  interface LogOnDisk {
    readonly path: string;
    readonly bytes: Buffer;
    readonly frames: readonly Frame[];
    readonly database: Buffer;
  }

  /** The segment of the crashed copy that has the frames. */
  function readLog(): LogOnDisk {
    const path = join(copy, 'log.0');
    const content = readFileSync(path);
    const id = logIdOf(content);
    const frames: Frame[] = [];
    for (let frame = findFrameAfter(content, 0, id, 0); frame; frame = findFrameAfter(content, frame.end, id, frame.last)) frames.push(frame);
    expect(frames).toHaveLength(5);
    return { path, bytes: content, frames, database: readFileSync(join(copy, 'data.mdb')) };
  }
});

function logIdOf(log: Buffer): Buffer {
  return log.subarray(8, 16);
}
