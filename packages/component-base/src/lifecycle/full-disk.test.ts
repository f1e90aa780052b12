import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mountTmpfs, unmount } from '../linux';

/** In a process of its own, from the build: the outputs of this one are jest's. */
const PROGRAM = `
  require(process.argv[1]).outliveFullDisk();
  process.stderr.write('x'.repeat(5000));
  setTimeout(() => { process.stderr.write('more'); process.exitCode = 7; }, 50);
`;

it('goes on when there is no room for the log', () => {
  const folder = mkdtempSync(join(tmpdir(), 'full-disk-'));
  mountTmpfs(folder, { size: 64 * 1024 });
  try {
    writeFileSync(join(folder, 'log'), '');
    expect(() => writeFileSync(join(folder, 'fill'), Buffer.alloc(128 * 1024))).toThrow('ENOSPC');
    const script = 'exec "$0" -e "$1" "$2" 2>"$3"';
    const { status } = spawnSync('sh', ['-c', script, process.execPath, PROGRAM, join(__dirname, '../../dist/lifecycle/full-disk.js'), join(folder, 'log')]);
    expect(status).toBe(7);
  } finally {
    unmount(folder, { lazy: true });
    rmSync(folder, { recursive: true });
  }
});
