import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tailOffset } from './tail-offset';

it('finds the last lines of a long file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'log-'));
  const path = join(folder, 'log');
  const lines = Array.from({ length: 20_000 }, (_, number) => `line ${number}\n`);
  writeFileSync(path, lines.join(''));
  const file = await open(path, 'r');
  try {
    const size = lines.join('').length;
    expect(await tailOffset(file, 0)).toBe(size);
    expect(await tailOffset(file, 2)).toBe(size - 22);
    expect(await tailOffset(file, 19_999)).toBe('line 0\n'.length);
    expect(await tailOffset(file, 30_000)).toBe(0);
  } finally {
    await file.close();
    rmSync(folder, { recursive: true });
  }
});
