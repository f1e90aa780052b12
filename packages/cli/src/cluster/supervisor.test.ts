import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { mountTmpfs, unmount } from '@typekube/component-base/linux';
import { layoutOf } from './layout';
import { Supervisor } from './supervisor';

/** Asks until it is so; jest ends what takes too long. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await delay(10);
}

it('starts processes again on a full disk, and tells of them when there is room', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'supervisor-'));
  mountTmpfs(folder, { size: 64 * 1024 });
  const layout = layoutOf(folder);
  const [starts, fill] = [join(layout.logs, 'once.log'), join(folder, 'fill')];
  for (const path of [layout.run, layout.logs]) mkdirSync(path, { recursive: true });
  const stop = new AbortController();
  const stderr = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  const running = new Supervisor(layout, [{ name: 'once', command: 'sh', args: ['-c', 'echo started'] }]).run(stop.signal);
  try {
    await until(() => statSync(starts).size > 0);
    expect(() => writeFileSync(fill, Buffer.alloc(128 * 1024))).toThrow('ENOSPC');
    await until(() => stderr.mock.calls.some(([text]) => String(text).includes('the state cannot be written')));
    rmSync(fill);
    const state = (): { processes: { restarts: number }[] } => JSON.parse(readFileSync(layout.stateFile, 'utf8'));
    const before = state().processes[0]?.restarts ?? 0;
    await until(() => (state().processes[0]?.restarts ?? 0) > before);
  } finally {
    stop.abort();
    await running;
    stderr.mockRestore();
    unmount(folder, { lazy: true });
    rmSync(folder, { recursive: true });
  }
});
