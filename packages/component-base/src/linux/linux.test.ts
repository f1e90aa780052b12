import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { constants, hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { bindMount, inNewNamespaces, makeFifo, mountTmpfs, type NamespaceKind, networkControl, ownNamespace, setHostname, signalProcess, startLoopback, SystemCallError, unmount } from '.';

const KINDS: readonly NamespaceKind[] = ['net', 'ipc', 'uts'];

describe('calls of the system', () => {
  const folder = mkdtempSync(join(tmpdir(), 'linux-'));

  afterAll(() => rmSync(folder, { recursive: true }));

  const mounted = (path: string): string | undefined => readFileSync('/proc/self/mounts', 'utf8').split('\n').find((line) => line.split(' ')[1] === path);

  it('mount a file system in memory with its options, and take it away', () => {
    mountTmpfs(folder, { size: 1024 * 1024, mode: 0o1777, flags: ['nosuid', 'nodev', 'noexec'], noswap: true });
    expect(mounted(folder)).toMatch(/^tmpfs .* tmpfs rw,nosuid,nodev,noexec,.*size=1024k/);
    expect(statSync(folder).mode & 0o7777).toBe(0o1777);
    unmount(folder);
    expect(mounted(folder)).toBeUndefined();
  });

  it('say by their code and text why they fail', () => {
    const failing = (): void => unmount(join(folder, 'nothing'));
    expect(failing).toThrow(SystemCallError);
    expect(failing).toThrow(/unmounting .*nothing: no such file or directory/);
    expect(() => unmount(folder)).toThrow(expect.objectContaining({ code: 'EINVAL' }));
  });

  it('make FIFOs', () => {
    makeFifo(join(folder, 'fifo'), 0o600);
    expect(statSync(join(folder, 'fifo')).isFIFO()).toBe(true);
  });

  it('send a signal to the process that is meant, and to no other', async () => {
    const child = spawn('sleep', ['1000']);
    const ended = once(child, 'exit');
    const pid = child.pid ?? 0;
    expect(signalProcess(pid, constants.signals.SIGKILL, () => false)).toBe(false);
    expect(child.exitCode).toBeNull();
    expect(signalProcess(pid, constants.signals.SIGTERM, () => true)).toBe(true);
    expect(await ended).toEqual([null, 'SIGTERM']);
    expect(signalProcess(pid, constants.signals.SIGTERM, () => true)).toBe(false);
  });

  it('make namespaces that are set up inside, pinned, and left again', async () => {
    const before = KINDS.map((kind) => readlinkSync(ownNamespace(kind)));
    const pins = KINDS.map((kind) => join(folder, kind));
    for (const pin of pins) writeFileSync(pin, '');
    let control = -1;
    inNewNamespaces(KINDS, () => {
      control = networkControl();
      setHostname('inside');
      for (const [i, kind] of KINDS.entries()) bindMount(ownNamespace(kind), pins[i] ?? '');
    });
    try {
      await startLoopback(control);
      expect(KINDS.map((kind) => readlinkSync(ownNamespace(kind)))).toEqual(before);
      expect(hostname()).not.toBe('inside');
      const { stdout } = spawnSync('nsenter', [`--net=${folder}/net`, `--uts=${folder}/uts`, 'sh', '-c', 'hostname; ip -o address show lo'], { encoding: 'utf8' });
      expect(stdout).toMatch(/^inside\n.*inet 127\.0\.0\.1\/8/);
    } finally {
      for (const pin of pins) unmount(pin, { lazy: true });
    }
  });

  it('go back to where they were also when the setting up fails', () => {
    const before = readlinkSync(ownNamespace('net'));
    expect(() =>
      inNewNamespaces(['net'], () => {
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(readlinkSync(ownNamespace('net'))).toBe(before);
  });
});
