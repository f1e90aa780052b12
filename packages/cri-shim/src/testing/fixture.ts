import { createReadStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@typekube/component-base';
import { cri, GrpcConnection, type ServiceClient, serviceClient } from '@typekube/cri-api';
import { ContainerdBackend } from '../backends/containerd/backend';
import { runProgram, tryProgram } from './program';
import { ShimServer } from '../server';
import { busyboxArchive, TestContainerd } from './containerd';

export const BRIDGE = 'crishimt0';

/** The parent of all containers of tests. */
export const CGROUP = '/cri-shim-test';

const NETWORK = {
  cniVersion: '1.0.0',
  name: 'test',
  plugins: [
    {
      type: 'bridge',
      bridge: BRIDGE,
      isGateway: true,
      ipMasq: false,
      ipam: { type: 'host-local', ranges: [[{ subnet: '10.251.7.0/24' }]], routes: [{ dst: '0.0.0.0/0' }] },
    },
  ],
};

export interface FixtureOptions {
  readonly ociRuntime?: string;
  /** What starts containerd: see TestContainerd. */
  readonly starter?: readonly string[];
}

/** A shim on a containerd of its own, with a client. The server can be stopped and started again as a restart would. */
export class ShimFixture {
  readonly runtime: ServiceClient<typeof cri.RuntimeService>;
  readonly images: ServiceClient<typeof cri.ImageService>;
  readonly connection: GrpcConnection;
  private server: ShimServer | undefined;

  private constructor(
    readonly containerd: TestContainerd,
    readonly ociRuntime: string,
  ) {
    this.connection = new GrpcConnection(join(this.folder, 'cri.sock'));
    this.runtime = serviceClient(this.connection, cri.RuntimeService);
    this.images = serviceClient(this.connection, cri.ImageService);
  }

  static async start({ ociRuntime = 'runc', starter = [] }: FixtureOptions = {}): Promise<ShimFixture> {
    const fixture = new ShimFixture(await TestContainerd.start(starter), ociRuntime);
    mkdirSync(join(fixture.folder, 'net.d'));
    const network = { ...NETWORK, plugins: NETWORK.plugins.map((plugin) => ({ ...plugin, ipam: { ...plugin.ipam, dataDir: join(fixture.folder, 'ipam') } })) };
    writeFileSync(join(fixture.folder, 'net.d', '10-test.conflist'), JSON.stringify(network));
    try {
      await fixture.startServer();
      return fixture;
    } catch (error) {
      await fixture.containerd.close();
      throw error;
    }
  }

  /** Puts an image of busybox into containerd. */
  async importBusybox(config: object = {}): Promise<string[]> {
    const folder = mkdtempSync(join(tmpdir(), 'busybox-'));
    const backend = this.backend();
    try {
      return await backend.images.importArchive(createReadStream(await busyboxArchive(folder, 'busybox:test', config)));
    } finally {
      backend.close();
      rmSync(folder, { recursive: true });
    }
  }

  get folder(): string {
    return this.containerd.folder;
  }

  backend(): ContainerdBackend {
    const { folder, ociRuntime } = this;
    return new ContainerdBackend({ socket: this.containerd.socket, namespace: 'k8s.io', rootDir: join(folder, 'root'), ociRuntime, ociRuntimeRoot: join(folder, 'shim-state', 'oci') });
  }

  async startServer(): Promise<void> {
    const { folder } = this;
    this.server = new ShimServer({
      listen: `unix://${folder}/cri.sock`,
      backend: this.backend(),
      paths: { state: join(folder, 'shim-state'), root: join(folder, 'shim-root') },
      network: { confDir: join(folder, 'net.d'), binDirs: ['/usr/lib/cni', '/opt/cni/bin'] },
      streamAddress: '127.0.0.1:0',
      log: createLogger({ name: 'cri-shim' }),
    });
    await this.server.start();
  }

  stopServer(): void {
    this.server?.stop();
  }

  /** Removes all pods, and what the tests made beside them. */
  async close(): Promise<void> {
    for (const { id } of (await this.runtime.ListPodSandbox({})).items) await this.runtime.RemovePodSandbox({ podSandboxId: id });
    this.stopServer();
    this.connection.close();
    await this.containerd.close();
    await tryProgram('ip', ['link', 'delete', BRIDGE]);
    await tryProgram('sh', ['-c', `find /sys/fs/cgroup -maxdepth 2 -name ${CGROUP.slice(1)} -exec rmdir {} +`]);
  }

  sandboxConfig(name: string, extra: cri.IPodSandboxConfig = {}): cri.IPodSandboxConfig {
    return {
      metadata: { name, namespace: 'default', uid: `uid-${name}`, attempt: 0 },
      hostname: name,
      logDirectory: join(this.folder, 'logs', name),
      labels: { app: name },
      annotations: { note: 'kept' },
      dnsConfig: { servers: ['10.0.0.10'], searches: ['svc.cluster.local'], options: ['ndots:5'] },
      ...extra,
      linux: { cgroupParent: CGROUP, securityContext: { namespaceOptions: { pid: cri.NamespaceMode.CONTAINER } }, ...extra.linux },
    };
  }

  async runPod(name: string, extra: cri.IPodSandboxConfig = {}): Promise<string> {
    return (await this.runtime.RunPodSandbox({ config: this.sandboxConfig(name, extra) })).podSandboxId;
  }

  /** Creates a container that runs a shell command. */
  async create(podSandboxId: string, name: string, config: cri.IContainerConfig): Promise<string> {
    const linux = { securityContext: { namespaceOptions: { pid: cri.NamespaceMode.CONTAINER } }, ...config.linux };
    const request = { podSandboxId, config: { metadata: { name }, image: { image: IMAGE }, logPath: `${name}/0.log`, ...config, linux } };
    return (await this.runtime.CreateContainer(request)).containerId;
  }

  async runShell(podSandboxId: string, name: string, script: string, config: cri.IContainerConfig = {}): Promise<string> {
    const containerId = await this.create(podSandboxId, name, { command: ['sh', '-c', script], ...config });
    await this.runtime.StartContainer({ containerId });
    return containerId;
  }

  async exec(containerId: string, script: string): Promise<{ stdout: string; stderr: string; exitCode: number }> {
    const { stdout, stderr, exitCode } = await this.runtime.ExecSync({ containerId, cmd: ['sh', '-c', script], timeout: 10 });
    return { stdout: Buffer.from(stdout).toString(), stderr: Buffer.from(stderr).toString(), exitCode };
  }

  /** Waits for the event that a container ended. */
  async ended(containerId: string): Promise<cri.ContainerStatus> {
    for (;;) {
      const { status } = await this.runtime.ContainerStatus({ containerId });
      if (status?.state === cri.ContainerState.CONTAINER_EXITED) return status;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

export const IMAGE = 'docker.io/library/busybox:test';

/** What of the machine a pod takes: compared before and after, it shows what was left behind. */
export async function machineState(folder: string): Promise<{ mounts: string[]; links: string[]; cgroups: string[] }> {
  const [links, cgroups, mounts] = await Promise.all([
    // Only of its own bridge: another cluster on this machine has pods, too.
    runProgram('sh', ['-c', `ip -o link show master ${BRIDGE} 2>/dev/null | awk -F': ' '{print $2}'`]),
    runProgram('sh', ['-c', `find /sys/fs/cgroup -mindepth 2 -type d -path "*${CGROUP}/*" | sort`]),
    runProgram('sh', ['-c', 'awk \'{print $5}\' /proc/self/mountinfo | grep -F "$1" || true', 'sh', folder]),
  ]);
  const lines = (text: string): string[] => text.split('\n').filter(Boolean);
  return { mounts: lines(mounts), links: lines(links), cgroups: lines(cgroups) };
}
