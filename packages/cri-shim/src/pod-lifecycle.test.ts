import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cri } from '@typekube/cri-api';
import { machineState, ShimFixture } from './testing/fixture';

describe('the life of a pod on a real containerd', () => {
  let shim: ShimFixture;

  beforeAll(async () => {
    shim = await ShimFixture.start();
    await shim.importBusybox({ Env: ['FROM_IMAGE=yes'], User: 'web' });
  });

  afterAll(() => shim.close());

  it('runs a container, keeps its log, runs commands in it, and leaves nothing behind', async () => {
    const before = await machineState(shim.folder);
    const pod = await shim.runPod('whole');
    const id = await shim.runShell(pod, 'main', 'echo out; echo err >&2; exec sleep 1000', { envs: [{ key: 'GREETING', value: 'hello' }] });

    const { status } = await shim.runtime.PodSandboxStatus({ podSandboxId: pod });
    expect(status?.network?.ip).toMatch(/^10\.251\.7\./);
    expect((await shim.exec(id, 'echo $GREETING $FROM_IMAGE; id -u; id -G; hostname; exit 3'))).toEqual({ stdout: 'hello yes\n1000\n1001 1002\nwhole\n', stderr: '', exitCode: 3 });
    expect((await shim.exec(id, 'cat /etc/resolv.conf')).stdout).toBe('search svc.cluster.local\nnameserver 10.0.0.10\noptions ndots:5\n');
    expect((await shim.exec(id, 'ip -4 -o addr show eth0')).stdout).toContain(status?.network?.ip);

    await shim.runtime.StopContainer({ containerId: id, timeout: 1 });
    const ended = await shim.ended(id);
    expect(ended).toMatchObject({ exitCode: 137, reason: 'Error', logPath: join(shim.folder, 'logs/whole/main/0.log') });
    const lines = readFileSync(ended.logPath, 'utf8').trim().split('\n').map((line) => line.split(' ').slice(1).join(' ')).sort();
    expect(lines).toEqual(['stderr F err', 'stdout F out']);

    await shim.runtime.StopPodSandbox({ podSandboxId: pod });
    const stopped = await shim.runtime.PodSandboxStatus({ podSandboxId: pod });
    expect(stopped.status?.state).toBe(cri.PodSandboxState.SANDBOX_NOTREADY);
    await shim.runtime.RemovePodSandbox({ podSandboxId: pod });
    expect((await shim.runtime.ListContainers({})).containers).toEqual([]);
    expect((await shim.runtime.ListPodSandbox({})).items).toEqual([]);
    expect(await machineState(shim.folder)).toEqual(before);
    expect(shim.containerd.shims()).toEqual([]);
    expect(existsSync(join(shim.folder, 'shim-state', 'sandboxes', pod))).toBe(false);
  });
});
