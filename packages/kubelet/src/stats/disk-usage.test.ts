import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diskUsage } from './disk-usage';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'disk-usage-'))));
afterEach(() => rmSync(folder, { recursive: true }));

it('counts as du does: folders, links and files with several names, in more than one turn', async () => {
  mkdirSync(join(folder, 'a/b'), { recursive: true });
  writeFileSync(join(folder, 'a/b/large'), Buffer.alloc(100_000, 1));
  linkSync(join(folder, 'a/b/large'), join(folder, 'again'));
  symlinkSync('/nowhere', join(folder, 'link'));
  for (let index = 0; index < 450; index++) writeFileSync(join(folder, 'a', `small-${index}`), 'x');
  const du = (option: string): number => Number.parseInt(execFileSync('du', ['-s', option, folder], { encoding: 'utf8' }), 10);
  expect(await diskUsage(folder)).toEqual({ bytes: du('-B1'), inodes: du('--inodes') });
});

it('is nothing where there is nothing', async () => {
  expect(await diskUsage(join(folder, 'none'))).toEqual({ bytes: 0, inodes: 0 });
});
