import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkFolder, layoutOf } from './layout';

describe('a folder for a cluster', () => {
  let root: string;
  beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'layout-'))));
  afterEach(() => rmSync(root, { recursive: true }));

  it.each<[string, string[]]>([
    ['is not there', ['none']],
    ['is empty', []],
    ['is a file system of its own', ['lost+found']],
    ['was left by an `up` that was killed', ['pki', 'logs']],
  ])('may be one that %s', (_, names) => {
    for (const name of names) mkdirSync(join(root, name), { recursive: true });
    expect(() => checkFolder(layoutOf(names.includes('none') ? join(root, 'absent') : root))).not.toThrow();
  });

  it('is not a file', () => {
    writeFileSync(join(root, 'file'), '');
    expect(() => checkFolder(layoutOf(join(root, 'file')))).toThrow('is no folder: give another with --data-dir');
  });

  it('has a path that leaves room for those of its sockets', () => {
    const pathOf = (length: number): string => `/${'x'.repeat(length - 1)}`;
    expect(() => checkFolder(layoutOf(pathOf(81)))).not.toThrow();
    expect(() => checkFolder(layoutOf(pathOf(83)))).toThrow('is too long for the sockets in it, by 2 bytes: give another with --data-dir');
  });

  it('is not one with other things in it, of whatever names', () => {
    for (const name of ['pki', 'logs']) mkdirSync(join(root, name));
    writeFileSync(join(root, 'passwd'), '');
    expect(() => checkFolder(layoutOf(root))).toThrow(`${root} holds no cluster, but other things (passwd): give another folder with --data-dir`);
  });
});
