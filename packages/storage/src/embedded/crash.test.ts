import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { codeOf } from '../testing/fixture';
import { runInChild } from '../testing/child';
import { stormValue } from '../testing/write-storm';
import { openEmbeddedStore } from './open';

const ROUNDS = 4;
const WRITES_PER_ROUND = 1500;

describe('a process killed while it writes', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'typekube-crash-'));
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

  it('leaves every acknowledged write whole, and revisions rise', async () => {
    let newest = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const child = runInChild('testing/write-storm', 'writeStorm', dataDir);
      const acknowledged = await acknowledgements(child, WRITES_PER_ROUND + round * 211);
      const store = await openEmbeddedStore({ dataDir, compactionIntervalMs: 0 });
      for (const [key, { revision, n }] of acknowledged) {
        expect(revision).toBeGreaterThan(newest);
        const { kv } = await store.get(key);
        if (!kv) throw new Error(`the acknowledged ${key} is gone`);
        expect(kv.modRevision).toBeGreaterThanOrEqual(revision);
        const found = Number.parseInt(kv.value.toString('utf8', 0, 8), 10);
        expect(found).toBeGreaterThanOrEqual(n);
        // One more may have been written than was acknowledged; never half of one.
        expect(found).toBeLessThanOrEqual(n + 1);
        expect(kv.value.equals(stormValue(found))).toBe(true);
      }
      const revision = await store.currentRevision();
      expect(revision).toBeGreaterThan(newest);
      newest = revision;
      await historyIsWhole(store.compactRevision, revision, store);
      await store.close();
    }
  });

  it('cannot be opened by a second process, which is told the folder and the pid', async () => {
    const child = runInChild('testing/write-storm', 'writeStorm', dataDir);
    await once(child.stdout ?? child, 'data');
    const second = openEmbeddedStore({ dataDir });
    await expect(second).rejects.toThrow(`the data folder ${dataDir} is in use by the process with pid ${child.pid}`);
    expect(await codeOf(second)).toBe('locked');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const store = await openEmbeddedStore({ dataDir });
    await store.close();
  });
});

interface Acknowledged {
  readonly revision: number;
  readonly n: number;
}

/** Kills the child after so many acknowledgements; gives each key's last one. */
async function acknowledgements(child: ChildProcess, count: number): Promise<Map<string, Acknowledged>> {
  if (!child.stdout || !child.stderr) throw new TypeError('the child has pipes');
  let complaint = '';
  child.stderr.on('data', (text: Buffer) => (complaint += text.toString()));
  const exited = once(child, 'exit');
  const last = new Map<string, Acknowledged>();
  let seen = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    const [key, revision, n, ...rest] = line.split(' ');
    // The last line may have been cut by the kill.
    if (key && revision && n && rest.length === 0) last.set(key, { revision: Number(revision), n: Number(n) });
    if (++seen === count) child.kill('SIGKILL');
  }
  await exited;
  if (seen < count) throw new Error(`the child ended by itself: ${complaint}`);
  return last;
}

/** Every revision is there exactly once, in a watch from the beginning. */
async function historyIsWhole(from: number, to: number, store: Awaited<ReturnType<typeof openEmbeddedStore>>): Promise<void> {
  const controller = new AbortController();
  let expected = Math.max(from, 2);
  const watch = store.watch({ start: '/', end: '0', afterRevision: expected - 1, signal: controller.signal });
  for await (const { events } of watch) {
    for (const { kv } of events) expect(kv.modRevision).toBe(expected++);
    if (expected > to) break;
  }
}
