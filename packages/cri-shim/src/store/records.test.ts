import { existsSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mountTmpfs, unmount } from '@typekube/component-base/linux';
import { RecordStore } from './records';

interface Note {
  readonly id: string;
  readonly text: string;
}

const codec = { encode: (note: Note) => note, decode: (value: unknown) => value as Note };

describe('records on a full disk', () => {
  const folder = mkdtempSync(join(tmpdir(), 'records-'));
  const records = join(folder, 'records');
  const fill = join(folder, 'fill');
  const open = async (): Promise<RecordStore<Note>> => {
    const store = new RecordStore(records, codec);
    expect(await store.load()).toEqual([]);
    return store;
  };

  beforeEach(() => mountTmpfs(folder, { size: 64 * 1024 }));
  afterEach(() => unmount(folder, { lazy: true }));
  afterAll(() => rmSync(folder, { recursive: true }));

  const fillUp = (): void => expect(() => writeFileSync(fill, Buffer.alloc(128 * 1024))).toThrow('ENOSPC');

  it('refuses what is to begin, and leaves nothing of it there', async () => {
    const store = await open();
    fillUp();
    await expect(store.put({ id: 'a', text: 'begins' })).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(readdirSync(records)).toEqual([]);
  });

  it('notes what has ended, and writes it down when there is room', async () => {
    const store = await open();
    await store.put({ id: 'a', text: 'runs' });
    fillUp();
    await store.note({ id: 'a', text: 'ended' });
    expect(store.get('a')?.text).toBe('ended');
    expect((await open()).get('a')?.text).toBe('runs');
    truncateSync(fill, 0);
    await store.put({ id: 'b', text: 'another' });
    expect((await open()).get('a')?.text).toBe('ended');
  });

  it('does not bring back what was deleted meanwhile', async () => {
    const store = await open();
    await store.put({ id: 'a', text: 'runs' });
    fillUp();
    await store.note({ id: 'a', text: 'ended' });
    await store.delete('a');
    truncateSync(fill, 0);
    await store.put({ id: 'b', text: 'another' });
    expect(existsSync(join(records, 'a.json'))).toBe(false);
  });

  it('keeps the newest of several changes at once', async () => {
    const store = await open();
    await Promise.all(['1', '2', '3'].map((text) => store.put({ id: 'a', text })));
    expect((await open()).get('a')?.text).toBe('3');
  });
});
