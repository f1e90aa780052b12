import { runSmall } from './program';

const env = { PATH: process.env['PATH'], NAME: 'value' };

const sh = (script: string, input = ''): ReturnType<typeof runSmall> => runSmall('/bin/sh', { args: ['-c', script, 'sh', 'an argument'], env, input, timeoutMs: 60_000 });

describe('runSmall', () => {
  it.each([
    ['arguments and environment', 'echo "$1" "$NAME" "$HOME"', '', { code: 0, stdout: 'an argument value \n', stderr: '' }],
    ['input and errors', 'cat >&2; exit 7', 'through', { code: 7, stdout: '', stderr: 'through' }],
    ['a signal', 'kill -9 $$', '', { code: 137, stdout: '', stderr: '' }],
    ['output that ends before the program does', 'exec >&- 2>&-; sleep 0.05; exit 3', '', { code: 3, stdout: '', stderr: '' }],
    ['input that is not read', 'exit 0', 'x'.repeat(1_000_000), { code: 0, stdout: '', stderr: '' }],
  ])('has %s', async (_, script, input, result) => {
    expect(await sh(script, input)).toEqual(result);
  });

  it('passes on more than a pipe holds, both ways', async () => {
    const { stdout } = await sh('cat', 'ä'.repeat(1_000_000));
    expect(stdout).toBe('ä'.repeat(1_000_000));
  });

  it('starts programs with the usual signals, whatever this process ignores', async () => {
    const { stdout } = await sh('grep -E "Sig(Ign|Blk)" /proc/self/status');
    expect(stdout).toBe('SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n');
  });

  it('runs many at once, and ends one that takes too long', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, (_, i) => sh(`exit ${i}`)));
    expect(all.map(({ code }) => code)).toEqual(all.map((_, i) => i));
    expect((await runSmall('/bin/sleep', { args: ['100'], env, timeoutMs: 20 })).code).toBe(137);
  });

  it('says why a program cannot be started', async () => {
    await expect(runSmall('/nowhere/program', { env })).rejects.toMatchObject({ code: 'ENOENT', message: '/nowhere/program: no such file or directory' });
  });
});
