import { Readable } from 'node:stream';
import { mkdtempSync, openSync, rmSync, writeSync, closeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { text } from 'node:stream/consumers';
import { closedOutput, Fifos } from './fifos';

describe('Fifos', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'fifos-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const make = () => Fifos.make(join(folder, 'io'), { stdin: false, stdout: true, stderr: true, terminal: false });

  it('pass on what was written before anybody listened', async () => {
    const fifos = await make();
    const { stdout, stderr, started } = await fifos.openOutputs();
    const writer = openSync(fifos.stdio.stdout, 'w');
    writeSync(writer, 'early');
    closeSync(writer);
    await started();
    expect(await text(stdout ?? Readable.from([]))).toBe('early');
    stderr?.destroy();
  });

  it('end for those too who listen after the end', async () => {
    const { stdout, stderr, started } = await (await make()).openOutputs();
    await started();
    while (!stdout?.closed || !stderr?.closed) await setImmediate();
    await Promise.all([closedOutput(stdout), closedOutput(stderr)]);
  });

  it('have one output with a terminal', async () => {
    const fifos = await Fifos.make(join(folder, 'tty'), { stdin: true, stdout: true, stderr: true, terminal: true });
    expect(fifos.stdio).toEqual({ terminal: true, stdin: join(folder, 'tty/stdin'), stdout: join(folder, 'tty/stdout'), stderr: '' });
  });
});
