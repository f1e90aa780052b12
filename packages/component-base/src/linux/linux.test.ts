import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { bindMount, inNewNamespaces, makeFifo, mountTmpfs, type NamespaceKind, networkControl, ownNamespace, setHostname, startLoopback, SystemCallError, unmount } from '.';

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
