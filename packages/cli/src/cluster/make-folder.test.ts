import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFolder, unmakeFolders } from './make-folder';

describe('a folder that is made', () => {
  let root: string;
  beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'folder-'))));
  afterEach(() => rmSync(root, { recursive: true }));

  it('has those above it, for its owner alone, and may be there', () => {
    for (let times = 0; times < 2; times++) makeFolder(join(root, 'a b', 'c'));
    expect(statSync(join(root, 'a b')).mode & 0o777).toBe(0o700);
    expect(statSync(join(root, 'a b', 'c')).isDirectory()).toBe(true);
  });

  it('is taken away with those that were made for it, as far as nothing has come into them', () => {
    const made = makeFolder(join(root, 'a', 'b', 'c'));
    expect(made).toEqual(['a', 'a/b', 'a/b/c'].map((name) => join(root, name)));
    writeFileSync(join(root, 'a', 'file'), '');
    unmakeFolders(made);
    expect(existsSync(join(root, 'a', 'b'))).toBe(false);
    expect(existsSync(join(root, 'a', 'file'))).toBe(true);
    expect(makeFolder(root)).toEqual([]);
  });

  it('cannot be below a file', () => {
    writeFileSync(join(root, 'file'), '');
    expect(() => makeFolder(join(root, 'file', 'x', 'y'))).toThrow(/file\/x cannot be made: ENOTDIR/);
  });

  it('cannot be where the kernel has none, which is said at once', () => {
    expect(() => makeFolder('/proc/typekube/x')).toThrow(/^\/proc\/typekube cannot be made: ENOENT/);
  });
});
