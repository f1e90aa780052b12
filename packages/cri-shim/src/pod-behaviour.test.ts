import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { status } from '@grpc/grpc-js';
import { unmount } from '@typekube/component-base/linux';
import { cri } from '@typekube/cri-api';
import { SpdyConnection } from '@typekube/streaming';
import { runProgram } from './testing/program';
import { CGROUP, IMAGE, ShimFixture } from './testing/fixture';

describe('containers on a real containerd', () => {
  let shim: ShimFixture;
  let pod: string;

  beforeAll(async () => {
    shim = await ShimFixture.start();
    await shim.importBusybox();
    pod = await shim.runPod('shared');
  });
  afterAll(() => shim.close(), 60_000);

  /** Opens a URL of the streaming server as the kubelet would. */
  async function open(url: string, protocol: string): Promise<SpdyConnection> {
    const { hostname, port, pathname } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.write(`POST ${pathname} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: ${protocol}\r\n\r\n`);
    const head = await new Promise<string>((resolve) => socket.once('data', (data: Buffer) => resolve(data.toString())));
    expect(head).toContain('101 Switching Protocols');
    return new SpdyConnection(socket, { isServer: false });
  }

  const contents = (container: string): string =>
    readFileSync(join(shim.folder, 'logs/shared', container, '0.log'), 'utf8').split('\n').map((line) => line.split(' ').slice(2).join(' ')).join('\n');

  it('goes on with containers when it is started again: logs, commands and ends', async () => {
    const long = await shim.runShell(pod, 'survivor', 'n=0; while true; do echo line $n; n=$((n+1)); sleep 0.05; done');
    const short = await shim.runShell(pod, 'short', 'sleep 0.3; exit 7');
    shim.stopServer();
    await new Promise((resolve) => setTimeout(resolve, 500));
    await shim.startServer();
    expect(await shim.ended(short)).toMatchObject({ exitCode: 7, reason: 'Error' });
    expect((await shim.exec(long, 'echo still here')).stdout).toBe('still here\n');
    await new Promise((resolve) => setTimeout(resolve, 300));
    await shim.runtime.StopContainer({ containerId: long, timeout: 0 });
    const numbers = contents('survivor').trim().split('\n').map((line) => Number(line.split(' ').at(-1)));
    expect(numbers.length).toBeGreaterThan(10);
    expect(numbers).toEqual(numbers.map((_number, position) => position));
  });

  it('ends a container that was being started when it was killed, and takes up the others', async () => {
    const id = await shim.runShell(pod, 'half', 'exec sleep 1000');
    const other = await shim.runShell(pod, 'whole', 'exec sleep 1000');
    shim.stopServer();
    const record = join(shim.folder, 'shim-root', 'containers', `${id}.json`);
    writeFileSync(record, JSON.stringify({ ...JSON.parse(readFileSync(record, 'utf8')), life: { at: 'created' } }));
    await shim.startServer();
    expect(await shim.ended(id)).toMatchObject({ exitCode: 255, reason: 'Unknown' });
    expect((await runProgram('sh', ['-c', 'cat /proc/*/cgroup 2>/dev/null || true'])).includes(id)).toBe(false);
    await shim.runtime.RemoveContainer({ containerId: id });
    expect((await shim.exec(other, 'echo still here')).stdout).toBe('still here\n');
    await shim.runtime.StopContainer({ containerId: other, timeout: 0 });
  });

  it('gives back the address of a pod that was lost with the machine', async () => {
    const lost = await shim.runPod('lost');
    const { status: found } = await shim.runtime.PodSandboxStatus({ podSandboxId: lost });
    const address = join(shim.folder, 'ipam', 'test', found?.network?.ip ?? '');
    expect(existsSync(address)).toBe(true);
    shim.stopServer();
    const state = join(shim.folder, 'shim-state', 'sandboxes', lost);
    for (const kind of ['net', 'ipc', 'uts', 'shm']) unmount(join(state, kind), { lazy: true });
    rmSync(state, { recursive: true });
    rmSync(join(shim.folder, 'shim-state', 'cni'), { recursive: true, force: true });
    await shim.startServer();
    await shim.runtime.StopPodSandbox({ podSandboxId: lost });
    await shim.runtime.RemovePodSandbox({ podSandboxId: lost });
    expect(existsSync(address)).toBe(false);
  });

  it('refuses an image that is not there', async () => {
    const create = shim.create(pod, 'no-image', { image: { image: 'nothing:here' } });
    await expect(create).rejects.toMatchObject({ code: status.NOT_FOUND, details: 'failed to get image "nothing:here": not found' });
    expect(await shim.images.ImageStatus({ image: { image: 'nothing:here' } })).toEqual({ info: {} });
    const pull = shim.images.PullImage({ image: { image: '127.0.0.1:59999/nothing:here' } });
    await expect(pull).rejects.toMatchObject({ code: status.UNKNOWN, details: expect.stringMatching(/^failed to pull and unpack image "127.0.0.1:59999\/nothing:here": failed to resolve reference .*ECONNREFUSED/) });
  });

  it('notes a command that cannot be started as the kubelet expects', async () => {
    const containerId = await shim.create(pod, 'no-command', { command: ['/no/such/program'] });
    await expect(shim.runtime.StartContainer({ containerId })).rejects.toMatchObject({ details: expect.stringMatching(/^failed to create containerd task: .*no such file or directory/) });
    expect(await shim.ended(containerId)).toMatchObject({ exitCode: 128, reason: 'StartError', message: expect.stringContaining('no such file or directory') });
    await shim.runtime.RemoveContainer({ containerId });
    await shim.runtime.RemoveContainer({ containerId });
  });

  it('says when the kernel killed a container for want of memory', async () => {
    const linux = { resources: { memoryLimitInBytes: 16 << 20 }, securityContext: { namespaceOptions: { pid: cri.NamespaceMode.CONTAINER } } };
    const id = await shim.runShell(pod, 'hungry', 'x=$(head -c 64000000 /dev/zero | tr "\\0" x); exit 9', { linux });
    expect((await shim.ended(id)).reason).toBe('OOMKilled');
  });

  it('notices the end of a container whose own shim was killed', async () => {
    const id = await shim.runShell(pod, 'shimless', 'exec sleep 1000');
    const pids = (await runProgram('pgrep', ['-f', `containerd-shim.* -id ${id} `])).split('\n').filter(Boolean);
    for (const pid of pids) process.kill(Number(pid), 'SIGKILL');
    expect(await shim.ended(id)).toMatchObject({ exitCode: 255, reason: 'Unknown' });
    await shim.runtime.RemoveContainer({ containerId: id });
  });

  it('takes a working directory that is relative for a mistake of the container', async () => {
    const containerId = await shim.create(pod, 'relative', { command: ['pwd'], workingDir: 'tmp' });
    await expect(shim.runtime.StartContainer({ containerId })).rejects.toMatchObject({ details: expect.stringContaining('Cwd must be an absolute path') });
    expect((await shim.runtime.ContainerStatus({ containerId })).status).toMatchObject({ exitCode: 128, reason: 'StartError' });
    await shim.runtime.RemoveContainer({ containerId });
  });

  it('ends a command that takes too long', async () => {
    const containerId = await shim.runShell(pod, 'sleeper', 'exec sleep 1000');
    await expect(shim.runtime.ExecSync({ containerId, cmd: ['sleep', '100'], timeout: 1 })).rejects.toMatchObject({ code: status.DEADLINE_EXCEEDED });
    expect((await shim.exec(containerId, 'ps | grep -c "sleep 10[0]$"')).stdout).toBe('0\n');
    await expect(shim.runtime.ExecSync({ containerId, cmd: ['nothing'] })).rejects.toMatchObject({ details: expect.stringContaining('executable file not found in $PATH') });
  });

  it('streams commands with input, output and exit code', async () => {
    const containerId = await shim.runShell(pod, 'streamed', 'exec sleep 1000');
    const { url } = await shim.runtime.Exec({ containerId, cmd: ['sh', '-c', 'cat; echo failed >&2; exit 4'], stdin: true, stdout: true, stderr: true });
    const connection = await open(url, 'v4.channel.k8s.io');
    const [error, stdin, stdout, stderr] = await Promise.all(['error', 'stdin', 'stdout', 'stderr'].map((streamType) => connection.open({ streamType })));
    stdin?.end('typed in');
    const outputs = await Promise.all([text(stdout as Readable), text(stderr as Readable), text(error as Readable)]);
    expect(outputs.slice(0, 2)).toEqual(['typed in', 'failed\n']);
    expect(JSON.parse(outputs[2] ?? '')).toMatchObject({ details: { causes: [{ reason: 'ExitCode', message: '4' }] } });
    await expect(shim.runtime.Exec({ containerId, cmd: ['true'], tty: true, stdout: true, stderr: true })).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
  });

  it('gives a command a terminal of the client\'s size', async () => {
    const containerId = await shim.runShell(pod, 'terminal', 'exec sleep 1000');
    const { url } = await shim.runtime.Exec({ containerId, cmd: ['sh', '-c', 'read x; stty size; echo $TERM'], tty: true, stdin: true, stdout: true });
    const connection = await open(url, 'v4.channel.k8s.io');
    const [error, stdin, stdout, resize] = await Promise.all(['error', 'stdin', 'stdout', 'resize'].map((streamType) => connection.open({ streamType })));
    resize?.write('{"Width":91,"Height":33}\n');
    await shim.exec(containerId, 'sleep 0.2');
    stdin?.write('\n');
    expect(await text(stdout as Readable)).toBe('\r\n33 91\r\nxterm\r\n');
    expect(JSON.parse(await text(error as Readable))).toMatchObject({ status: 'Success' });
  });

  it('attaches to a running container', async () => {
    const containerId = await shim.runShell(pod, 'attached', 'read word; echo got $word', { stdin: true, stdinOnce: true });
    const { url } = await shim.runtime.Attach({ containerId, stdin: true, stdout: true, stderr: true });
    const connection = await open(url, 'v4.channel.k8s.io');
    const [error, stdin, stdout] = await Promise.all(['error', 'stdin', 'stdout', 'stderr'].map((streamType) => connection.open({ streamType })));
    stdin?.write('hello\n');
    expect(await text(stdout as Readable)).toBe('got hello\n');
    expect(JSON.parse(await text(error as Readable))).toMatchObject({ status: 'Success' });
    expect(contents('attached')).toContain('got hello');
  });

  it('forwards ports to the loopback of the pod', async () => {
    await shim.runShell(pod, 'server', 'echo from the pod >/www/index.html; exec httpd -f -p 127.0.0.1:8080 -h /www');
    const { url } = await shim.runtime.PortForward({ podSandboxId: pod, port: [8080] });
    const connection = await open(url, 'portforward.k8s.io');
    await connection.open({ streamType: 'error', port: '8080', requestID: '0' });
    const data = await connection.open({ streamType: 'data', port: '8080', requestID: '0' });
    data.write('GET /index.html HTTP/1.0\r\n\r\n');
    expect(await text(data as Readable)).toContain('from the pod');
    const error = await connection.open({ streamType: 'error', port: '81', requestID: '1' });
    await connection.open({ streamType: 'data', port: '81', requestID: '1' });
    expect(await text(error as Readable)).toMatch(
      new RegExp(`^error forwarding port 81 to pod ${pod}, uid : failed to execute portforward in network namespace ".*": failed to connect to localhost:81 inside namespace "${pod}", IPv4: dial tcp4 127\\.0\\.0\\.1:81: connect: connection refused IPv6 `),
    );
    connection.close();
  });

  it('writes to a new log when the old one was moved', async () => {
    const containerId = await shim.runShell(pod, 'rotated', 'echo one; read x; echo two', { stdin: true });
    const path = join(shim.folder, 'logs/shared/rotated/0.log');
    while (!readFileSync(path, 'utf8').includes('one')) await new Promise((resolve) => setTimeout(resolve, 5));
    renameSync(path, `${path}.1`);
    await shim.runtime.ReopenContainerLog({ containerId });
    const { url } = await shim.runtime.Attach({ containerId, stdin: true, stdout: true });
    const connection = await open(url, 'v4.channel.k8s.io');
    const [, stdin] = await Promise.all(['error', 'stdin', 'stdout'].map((streamType) => connection.open({ streamType })));
    stdin?.write('\n');
    await shim.ended(containerId);
    expect([contents('rotated'), readFileSync(`${path}.1`, 'utf8')]).toEqual(['F two\n', expect.stringMatching(/ F one\n$/)]);
  });

  it('gives a container the user, limits, mounts and capabilities that are asked for', async () => {
    const volume = join(shim.folder, 'volume');
    const id = await shim.runShell(pod, 'configured', 'echo written >/data/file; exec sleep 1000', {
      mounts: [{ containerPath: '/data', hostPath: volume }, { containerPath: '/fixed', hostPath: volume, readonly: true }],
      workingDir: '/tmp',
      linux: {
        resources: { memoryLimitInBytes: 64 << 20, cpuShares: 512, oomScoreAdj: -998 },
        securityContext: {
          namespaceOptions: { pid: cri.NamespaceMode.CONTAINER },
          runAsUser: { value: 0 },
          runAsGroup: { value: 2000 },
          supplementalGroups: [3000],
          capabilities: { dropCapabilities: ['ALL'], addCapabilities: ['NET_BIND_SERVICE'] },
          noNewPrivs: true,
          readonlyRootfs: true,
          seccomp: { profileType: cri.SecurityProfile.ProfileType.RuntimeDefault },
          maskedPaths: ['/proc/kcore'],
          readonlyPaths: ['/proc/sys'],
        },
      },
    });
    const { stdout } = await shim.exec(id, 'id -u; id -g; id -G; pwd; cat /fixed/file; echo x 2>/dev/null >/fixed/file || echo fixed; echo x 2>/dev/null >/new || echo readonly; cat /proc/self/status');
    expect(stdout.split('\n').slice(0, 7)).toEqual(['0', '2000', '2000 3000', '/tmp', 'written', 'fixed', 'readonly']);
    expect(stdout).toMatch(/CapBnd:\t0000000000000400\n/);
    expect(stdout).toMatch(/NoNewPrivs:\t1\nSeccomp:\t2\n/);
    await shim.runtime.UpdateContainerResources({ containerId: id, linux: { memoryLimitInBytes: 96 << 20 } });
    const { stats } = await shim.runtime.ContainerStats({ containerId: id });
    const { availableBytes, workingSetBytes } = { ...stats?.memory };
    expect((availableBytes?.value ?? 0) + (workingSetBytes?.value ?? 0)).toBe(96 << 20);
    expect(stats?.cpu?.usageCoreNanoSeconds?.value).toBeGreaterThan(0);
  });

  it('shares a PID namespace in a pod that asks for it, and the host\'s network in one that asks for that', async () => {
    const modes = { pid: cri.NamespaceMode.POD, network: cri.NamespaceMode.NODE };
    const linux = { cgroupParent: CGROUP, securityContext: { namespaceOptions: modes } };
    const other = await shim.runPod('special', { linux });
    const container = { linux: { securityContext: { namespaceOptions: modes } } };
    const [first] = await Promise.all([shim.runShell(other, 'first', 'exec sleep 1001', container), shim.runShell(other, 'second', 'exec sleep 1002', container)]);
    expect((await shim.exec(first ?? '', 'ps | grep -c "sleep 100[12]"')).stdout).toBe('2\n');
    const { status: sandbox } = await shim.runtime.PodSandboxStatus({ podSandboxId: other });
    expect(sandbox?.network?.ip).toBe('');
    await shim.runtime.RemovePodSandbox({ podSandboxId: other });
  });

  it('tells what happens to containers, and answers what it cannot do', async () => {
    const events: string[] = [];
    const controller = new AbortController();
    const listening = (async () => {
      for await (const event of shim.connection.stream(cri.RuntimeService.GetContainerEvents, {}, { signal: controller.signal })) {
        events.push(cri.ContainerEventType[event.containerEventType]);
        if (events.length === 4) return;
      }
    })();
    await shim.runtime.Version({});
    const id = await shim.runShell(pod, 'watched', 'exit 0');
    await shim.ended(id);
    await shim.runtime.RemoveContainer({ containerId: id });
    await listening;
    expect(events).toEqual(['CONTAINER_CREATED_EVENT', 'CONTAINER_STARTED_EVENT', 'CONTAINER_STOPPED_EVENT', 'CONTAINER_DELETED_EVENT']);
    await expect(shim.runtime.CheckpointContainer({ containerId: id })).rejects.toMatchObject({ code: status.UNIMPLEMENTED, details: 'CheckpointContainer is not implemented' });
    const { status: runtime } = await shim.runtime.Status({});
    expect(runtime?.conditions.map(({ type, status: isTrue }) => [type, isTrue])).toEqual([['RuntimeReady', true], ['NetworkReady', true]]);
  });

  it('lists and removes images', async () => {
    const { images } = await shim.images.ListImages({});
    expect(images).toMatchObject([{ repoTags: [IMAGE], id: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) }]);
    const [{ id } = { id: '' }] = images;
    expect((await shim.images.ImageStatus({ image: { image: id } })).image?.repoTags).toEqual([IMAGE]);
    expect((await shim.images.ImageFsInfo({})).imageFilesystems[0]?.usedBytes?.value).toBeGreaterThan(1_000_000);
    await shim.images.RemoveImage({ image: { image: 'busybox:test' } });
    expect((await shim.images.ListImages({})).images).toEqual([]);
    await shim.images.RemoveImage({ image: { image: 'busybox:test' } });
  });
});
