import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cri } from '@typekube/cri-api';
import { ShimFixture } from './testing/fixture';
import { runProgram } from './testing/program';

const BINARY = join(__dirname, '..', 'bin', 'cri-shim.js');

/** What crun needs of the machine, where only the programs of this test see it, as `typekube up` does it: also hierarchies that a cluster of another test has for itself now. */
const MOUNTS = `
mount --make-rshared / && mount --bind /dev/null /dev/null && mount -o remount,bind,ro /dev/null && mount -t tmpfs tmpfs /mnt || exit
for name in $(cat /sys/fs/cgroup/unified/cgroup.controllers 2>/dev/null) $(awk '!/^#/ && $2 != 0 { print $1 }' /proc/cgroups); do
  grep -q " - cgroup cgroup .*\\b$name\\b" /proc/self/mountinfo && continue
  mkdir "/mnt/$name" && mount -t cgroup -o "$name" cgroup "/mnt/$name" || exit
done
exec "$@"`;

/** Debian has it in a package of its own, which nothing else needs. */
const hasCrun = spawnSync('crun', ['--version']).status === 0;

(hasCrun ? describe : describe.skip)('containers made by crun', () => {
  let shim: ShimFixture;
  let pod: string;
  let running: ChildProcess | undefined;

  /** Among the mounts that containerd sees. */
  async function start(ociRuntime: string): Promise<void> {
    const { folder, containerd } = shim;
    const flags = { 'oci-runtime': ociRuntime, listen: `unix://${folder}/cri.sock`, containerd: containerd.socket, 'state-dir': join(folder, 'shim-state'), 'root-dir': join(folder, 'shim-root'), 'cni-conf-dir': join(folder, 'net.d') };
    const command = [process.execPath, BINARY, ...Object.entries(flags).map(([name, value]) => `--${name}=${value}`)];
    running = spawn('nsenter', ['--mount', '--target', String(containerd.pid), ...command], { stdio: 'ignore' });
    while (!(await shim.runtime.Version({}, { timeoutMs: 500 }).then(() => true, () => false))) await sleep(20);
  }

  async function stop(): Promise<void> {
    const ended = new Promise((resolve) => running?.once('exit', resolve));
    running?.kill('SIGKILL');
    await ended;
  }

  beforeAll(async () => {
    shim = await ShimFixture.start({ starter: ['unshare', '--mount', '--propagation', 'private', 'sh', '-c', MOUNTS, 'sh'] });
    shim.stopServer();
    await shim.importBusybox();
    await start('crun');
    pod = await shim.runPod('crun');
  }, 60_000);

  afterAll(async () => {
    await shim.runtime.RemovePodSandbox({ podSandboxId: pod });
    await stop();
    await shim.startServer();
    await shim.close();
  }, 60_000);

  const userLinux = { securityContext: { namespaceOptions: { pid: cri.NamespaceMode.CONTAINER }, runAsUser: { value: 1000 } } };

  it.each([
    ['/no/such/program', 'exec: "/no/such/program": stat /no/such/program: no such file or directory'],
    ['nothing', 'exec: "nothing": executable file not found in $PATH'],
    ['/bin', 'exec: "/bin": permission denied'],
    ['/etc/passwd', 'exec: "/etc/passwd": permission denied'],
    ['/etc/passwd/x', 'exec: "/etc/passwd/x": stat /etc/passwd/x: not a directory'],
  ])('say of %s what runc would', async (program, text) => {
    const containerId = await shim.create(pod, 'wrong', { command: [program] });
    const details = `failed to create containerd task: failed to create shim task: OCI runtime create failed: unable to start container process: ${text}: unknown`;
    await expect(shim.runtime.StartContainer({ containerId })).rejects.toMatchObject({ details });
    expect(await shim.ended(containerId)).toMatchObject({ exitCode: 128, reason: 'StartError', message: details });
    await shim.runtime.RemoveContainer({ containerId });
    const running = await shim.runShell(pod, 'right', 'exec sleep 1000');
    const exec = shim.runtime.ExecSync({ containerId: running, cmd: [program] });
    await expect(exec).rejects.toMatchObject({ details: expect.stringMatching(/^failed to exec in container: failed to start exec "\w+": OCI runtime exec failed: unable to start container process: /) });
    await expect(exec).rejects.toMatchObject({ details: expect.stringContaining(`${text}: unknown`) });
    await shim.runtime.RemoveContainer({ containerId: running });
  });

  it('leave /dev/null to root', async () => {
    const id = await shim.runShell(pod, 'null', 'exec sleep 1000', { linux: userLinux });
    expect((await shim.exec(id, 'id -u')).stdout).toBe('1000\n');
    expect(statSync('/dev/null')).toMatchObject({ uid: 0, gid: 0 });
  });

  it('say when the kernel killed one for want of memory', async () => {
    const linux = { resources: { memoryLimitInBytes: 16 << 20 }, securityContext: { namespaceOptions: { pid: cri.NamespaceMode.CONTAINER } } };
    const id = await shim.runShell(pod, 'hungry', 'x=$(head -c 64000000 /dev/zero | tr "\\0" x); exit 9', { linux });
    expect((await shim.ended(id)).reason).toBe('OOMKilled');
  });

  it('take changed limits', async () => {
    const linux = { resources: { memoryLimitInBytes: 64 << 20, cpuShares: 512 }, securityContext: { namespaceOptions: { pid: cri.NamespaceMode.CONTAINER } } };
    const id = await shim.runShell(pod, 'resized', 'exec sleep 1000', { linux });
    await shim.runtime.UpdateContainerResources({ containerId: id, linux: { memoryLimitInBytes: 96 << 20, cpuQuota: 20_000, cpuPeriod: 100_000 } });
    const { stats } = await shim.runtime.ContainerStats({ containerId: id });
    const { availableBytes, workingSetBytes } = { ...stats?.memory };
    expect((availableBytes?.value ?? 0) + (workingSetBytes?.value ?? 0)).toBe(96 << 20);
  });

  it('share a PID namespace by its path', async () => {
    const modes = { pid: cri.NamespaceMode.POD };
    const shared = await shim.runPod('shared-pids', { linux: { securityContext: { namespaceOptions: modes } } });
    const container = { linux: { securityContext: { namespaceOptions: modes } } };
    const [first] = await Promise.all([shim.runShell(shared, 'first', 'exec sleep 1001', container), shim.runShell(shared, 'second', 'exec sleep 1002', container)]);
    expect((await shim.exec(first ?? '', 'ps | grep -c "sleep 100[12]"')).stdout).toBe('2\n');
    await shim.runtime.RemovePodSandbox({ podSandboxId: shared });
  });

  it('keep the flags of what is mounted into them', async () => {
    const folder = join(shim.folder, 'hidden');
    const inMounts = (...command: string[]): Promise<string> => runProgram('nsenter', ['--mount', '--target', String(shim.containerd.pid), ...command]);
    await inMounts('mkdir', '-p', folder);
    await inMounts('mount', '-t', 'tmpfs', '-o', 'nosuid,nodev,noexec', 'tmpfs', folder);
    const id = await shim.runShell(pod, 'flags', 'exec sleep 1000', { mounts: [{ containerPath: '/data', hostPath: folder }] });
    const { stdout } = await shim.exec(id, 'cat /proc/self/mountinfo');
    expect(stdout).toMatch(/ \/data rw,nosuid,nodev,noexec,relatime - tmpfs /);
    expect(stdout).toMatch(/ \/dev\/shm rw,nosuid,nodev,noexec,relatime - tmpfs /);
    await shim.runtime.RemoveContainer({ containerId: id });
    await inMounts('umount', folder);
  });

  it('go on with theirs when others are made by runc, and the other way round', async () => {
    const old = await shim.runShell(pod, 'old', 'exec sleep 1000');
    await stop();
    await start('runc');
    const young = await shim.runShell(pod, 'young', 'exec sleep 1000');
    expect((await shim.exec(old, 'echo here')).stdout).toBe('here\n');
    await expect(shim.runtime.ExecSync({ containerId: young, cmd: ['nothing'] })).rejects.toMatchObject({ details: expect.stringContaining('exec failed: unable to start container process: exec: "nothing"') });
    await stop();
    await start('crun');
    expect((await shim.exec(young, 'echo here')).stdout).toBe('here\n');
    for (const containerId of [old, young]) await shim.runtime.RemoveContainer({ containerId });
  });
});
