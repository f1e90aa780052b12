import { mkdtempSync, openSync, closeSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allUnder, bytes, codeOf, written } from '../testing/fixture';
import { openEmbeddedStore } from './open';

describe('the data folder', () => {
  let dataDir: string;
  const file = (): string => join(dataDir, 'data.mdb');
  beforeEach(() => (dataDir = mkdtempSync(join(tmpdir(), 'typekube-folder-'))));
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  async function fill(): Promise<void> {
    const store = await openEmbeddedStore({ dataDir });
    for (let i = 0; i < 50; i++) await written(store.create(`/registry/${i}`, Buffer.alloc(i * 400, i)));
    await store.close();
  }

  it('is created, for its owner alone', async () => {
    const nested = join(dataDir, 'a', 'b');
    const store = await openEmbeddedStore({ dataDir: nested });
    expect(statSync(nested).mode & 0o777).toBe(0o700);
    for (const name of ['data.mdb', 'lock.mdb']) expect(statSync(join(nested, name)).mode & 0o777).toBe(0o600);
    expect(await store.currentRevision()).toBe(1);
    await store.close();
  });

  it('is locked while this process has it open, under any of its names', async () => {
    const store = await openEmbeddedStore({ dataDir });
    expect(await codeOf(openEmbeddedStore({ dataDir: `${dataDir}/../${dataDir.split('/').at(-1)}` }))).toBe('locked');
    await store.close();
    await (await openEmbeddedStore({ dataDir })).close();
  });

  it.each([
    ['text', () => writeFileSync(file(), 'this is no database\n'.repeat(1000))],
    ['zeros', () => writeFileSync(file(), Buffer.alloc(65536))],
    ['a file too short for a header', () => truncateSync(file(), 100)],
    ['a file cut after its headers', () => truncateSync(file(), 16384)],
    ['a file cut in the middle', () => truncateSync(file(), Math.floor(statSync(file()).size / 2))],
    ['overwritten headers', () => overwrite(file(), 0, Buffer.alloc(16384, 0xff))],
  ])('is damaged if it holds %s', async (_name, spoil) => {
    await fill();
    spoil();
    const opening = openEmbeddedStore({ dataDir });
    expect(await codeOf(opening)).toBe('damaged');
    await expect(opening).rejects.toThrow(dataDir);
  });

  it.each([
    ['overwritten', () => overwrite(file(), 0, Buffer.alloc(16384, 0xff))],
    ['cut', () => truncateSync(file(), 40_000)],
  ])('is left as it was when it is damaged: %s', async (_name, spoil) => {
    await fill();
    spoil();
    const before = readFileSync(file());
    expect(await codeOf(openEmbeddedStore({ dataDir }))).toBe('damaged');
    expect(readFileSync(file()).equals(before)).toBe(true);
  });

  it('is damaged if one of its two headers is destroyed', async () => {
    await fill();
    overwrite(file(), 8192, Buffer.alloc(8192, 0));
    expect(await codeOf(openEmbeddedStore({ dataDir }))).toBe('damaged');
  });

  it('is damaged if another format is written in it', async () => {
    await fill();
    const data = readFileSync(file());
    const at = data.lastIndexOf('format2');
    data.write('3', at + 'format'.length);
    writeFileSync(file(), data);
    expect(await codeOf(openEmbeddedStore({ dataDir }))).toBe('damaged');
  });

  it('keeps what was written when it is opened and closed many times', async () => {
    for (let i = 0; i < 10; i++) {
      const store = await openEmbeddedStore({ dataDir });
      await written(store.create(`/registry/${i}`, bytes(`${i}`)));
      expect(await allUnder(store, '/registry/')).toHaveLength(i + 1);
      await store.close();
    }
  });
});

function overwrite(name: string, offset: number, data: Buffer): void {
  const file = openSync(name, 'r+');
  writeSync(file, data, 0, data.length, offset);
  closeSync(file);
}
