import { lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Payload, writeAtomically } from './atomic-writer';

describe('writeAtomically', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'volume-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  function payload(files: Readonly<Record<string, string>>, mode = 0o644): Payload {
    return new Map(Object.entries(files).map(([path, text]) => [path, { data: Buffer.from(text), mode }]));
  }

  function visible(): string[] {
    return readdirSync(folder)
      .filter((name) => !name.startsWith('..'))
      .sort();
  }

  it('links visible names through ..data, also those of folders', async () => {
    expect(await writeAtomically(folder, payload({ 'a.txt': 'one', 'sub/b.txt': 'two' }, 0o600))).toBe(true);
    expect(visible()).toEqual(['a.txt', 'sub']);
    expect(readlinkSync(join(folder, 'sub'))).toBe('..data/sub');
    expect(readlinkSync(join(folder, '..data'))).toMatch(/^\.\.\d{4}_\d\d_\d\d_\d\d_\d\d_\d\d\./);
    expect(readFileSync(join(folder, 'sub/b.txt'), 'utf8')).toBe('two');
    expect(statSync(join(folder, 'a.txt')).mode & 0o777).toBe(0o600);
  });

  it('changes all at once, and takes away what is no more', async () => {
    await writeAtomically(folder, payload({ a: 'one', b: 'two' }));
    const before = readlinkSync(join(folder, '..data'));
    expect(await writeAtomically(folder, payload({ a: 'new', c: 'three' }))).toBe(true);
    expect(visible()).toEqual(['a', 'c']);
    expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('new');
    expect(readdirSync(folder)).not.toContain(before);
  });

  it('does nothing where nothing changed, but puts a missing link back', async () => {
    await writeAtomically(folder, payload({ a: 'one' }));
    const before = readlinkSync(join(folder, '..data'));
    rmSync(join(folder, 'a'));
    expect(await writeAtomically(folder, payload({ a: 'one' }))).toBe(false);
    expect(readlinkSync(join(folder, '..data'))).toBe(before);
    expect(lstatSync(join(folder, 'a')).isSymbolicLink()).toBe(true);
  });

  it.each(['/etc/passwd', '../up', 'a/../../b', '..data'])('refuses %s', async (path) => {
    await expect(writeAtomically(folder, payload({ [path]: 'x' }))).rejects.toThrow('invalid path');
  });
});
