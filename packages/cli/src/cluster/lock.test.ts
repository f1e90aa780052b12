import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockFolder } from './lock';

it('is for one at a time, and makes the folder', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lock-'));
  const root = join(folder, 'cluster');
  const first = await lockFolder(root, 0);
  await expect(lockFolder(root, 0)).rejects.toThrow(`another typekube command is at work in ${root}`);
  const second = lockFolder(root, 60_000);
  first.release();
  (await second).release();
  rmSync(folder, { recursive: true });
});

it('leaves no folder behind a command that has begun nothing, but one that was there', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lock-'));
  (await lockFolder(join(folder, 'new', 'cluster'), 0)).abandon();
  expect(existsSync(join(folder, 'new'))).toBe(false);
  (await lockFolder(folder, 0)).abandon();
  expect(existsSync(folder)).toBe(true);
  rmSync(folder, { recursive: true });
});
