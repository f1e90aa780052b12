import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runProgram } from './testing/program';
import { busyboxArchive } from './testing/containerd';
import { IMAGE, ShimFixture } from './testing/fixture';

const BINARY = join(__dirname, '..', 'bin', 'cri-shim.js');

/** The binary as a process of its own, on the containerd and the folders of the fixture. */
describe('the binary', () => {
  let shim: ShimFixture;
  let running: ChildProcess | undefined;

  async function start(): Promise<void> {
    const { folder } = shim;
    const flags = { listen: `unix://${folder}/cri.sock`, containerd: shim.containerd.socket, 'state-dir': join(folder, 'shim-state'), 'root-dir': join(folder, 'shim-root'), 'cni-conf-dir': join(folder, 'net.d') };
    running = spawn(process.execPath, [BINARY, ...Object.entries(flags).map(([name, value]) => `--${name}=${value}`)], { stdio: 'ignore' });
    while (!(await shim.runtime.Version({}, { timeoutMs: 500 }).then(() => true, () => false))) await sleep(20);
  }

  async function kill(signal: NodeJS.Signals): Promise<void> {
    const ended = new Promise((resolve) => running?.once('exit', resolve));
    running?.kill(signal);
    await ended;
  }

  beforeAll(async () => {
    shim = await ShimFixture.start();
    shim.stopServer();
    await start();
  });
  afterAll(async () => {
    await kill('SIGTERM');
    await shim.startServer();
    await shim.close();
  });

  it('imports images', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'busybox-'));
    const archive = await busyboxArchive(folder, 'busybox:test');
    await runProgram('gzip', [archive]);
    const output = await runProgram(process.execPath, [BINARY, 'image', 'import', `${archive}.gz`, `--containerd=${shim.containerd.socket}`]);
    rmSync(folder, { recursive: true });
    expect(output).toBe(`${IMAGE}\n`);
  });

  it('is killed and started again while containers run and containerd too is killed', async () => {
    const pod = await shim.runPod('killed');
    const id = await shim.runShell(pod, 'main', 'n=0; while true; do echo $n; n=$((n+1)); sleep 0.02; done');
    const log = join(shim.folder, 'logs/killed/main/0.log');
    for (let round = 0; round < 3; round++) {
      await kill('SIGKILL');
      if (round === 1) {
        await shim.containerd.kill();
        await shim.containerd.run();
      }
      const before = readFileSync(log, 'utf8').length;
      await start();
      while (readFileSync(log, 'utf8').length === before) await sleep(10);
      expect((await shim.exec(id, 'echo here')).stdout).toBe('here\n');
    }
    await shim.runtime.StopContainer({ containerId: id, timeout: 0 });
    const numbers = readFileSync(log, 'utf8').trim().split('\n').map((line) => Number(line.split(' ').at(-1)));
    expect(numbers).toEqual(numbers.map((_number, position) => position));
    await shim.runtime.RemovePodSandbox({ podSandboxId: pod });
    expect(existsSync(join(shim.folder, 'shim-state', 'sandboxes', pod))).toBe(false);
  });

  it('ends the commands that it was killed from, and leaves nothing of them', async () => {
    const pod = await shim.runPod('abandoned');
    const containerId = await shim.runShell(pod, 'main', 'exec sleep 1000');
    const answer = shim.runtime.ExecSync({ containerId, cmd: ['sh', '-c', 'touch /tmp/begun; exec sleep 2000'] }).then(() => 'answered', () => 'broken');
    while ((await shim.exec(containerId, 'ls /tmp')).stdout !== 'begun\n') await sleep(10);
    await kill('SIGKILL');
    expect(await answer).toBe('broken');
    await start();
    expect((await shim.exec(containerId, 'ps | grep -c "sleep 200[0]$"')).stdout).toBe('0\n');
    const folder = join(shim.folder, 'shim-state', 'containers', containerId, 'exec');
    while (readdirSync(folder).length > 0) await sleep(10);
    await shim.runtime.RemovePodSandbox({ podSandboxId: pod });
  });
});
