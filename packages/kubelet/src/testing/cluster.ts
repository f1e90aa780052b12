import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get as httpsGet } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cri, GrpcConnection, type ServiceClient, serviceClient } from '@typekube/cri-api';
import { runProgram } from './program';
import { mountPoints } from '../volumes/tmpfs';
import { busyboxArchive } from './busybox';

const PACKAGES = join(__dirname, '../../..');
const START_MILLISECONDS = 20_000;
/** Links and cgroups of the tests, apart from all others. */
const BRIDGE = 'kubelett0';
export const CGROUP_ROOT = '/kubelet-test';
export const NODE = 'kubelet-test';
export const IMAGE = 'docker.io/library/busybox:test';

const CONTAINERD = (folder: string): string => `version = 2
root = "${folder}/containerd"
state = "${folder}/containerd-state"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
  address = "${folder}/containerd.sock"
[plugins."io.containerd.internal.v1.opt"]
  path = "${folder}/opt"
`;

/** Longer than any command here takes: one that hangs is ended, and its test fails with what it had said. */
const KUBECTL_MILLISECONDS = 100_000;

/**
 * A machine of one test: API server, containerd, cri-shim and kubelet as processes of their own, all in one temporary folder. They are the built
 * binaries.
 */
export class TestCluster {
  readonly folder = mkdtempSync(join(tmpdir(), 'kubelet-test-'));
  private readonly processes = new Map<string, ChildProcess>();
  private readonly connection = new GrpcConnection(join(this.folder, 'cri.sock'));
  readonly runtime: ServiceClient<typeof cri.RuntimeService> = serviceClient(this.connection, cri.RuntimeService);

  static async start(): Promise<TestCluster> {
    const cluster = new TestCluster();
    try {
      await cluster.startAll();
      return cluster;
    } catch (error) {
      await cluster.close();
      throw error;
    }
  }

  get kubeconfig(): string {
    return join(this.folder, 'api', 'admin.kubeconfig');
  }

  get rootDir(): string {
    return join(this.folder, 'kubelet');
  }

  /** The folder of static pods. */
  get manifests(): string {
    return join(this.folder, 'manifests');
  }

  /** What a process has written since it was started last. */
  log(name: string): string {
    return readFileSync(join(this.folder, `${name}.log`), 'utf8');
  }

  async kubectl(args: readonly string[], stdin = ''): Promise<string> {
    const { stdout, stderr, code } = await this.tryKubectl(args, stdin);
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
    return stdout;
  }

  async tryKubectl(args: readonly string[], stdin = ''): Promise<{ code: number | null; stdout: string; stderr: string }> {
    const program = join(PACKAGES, '../.cache/clients/1.35/kubectl');
    const child = spawn(existsSync(program) ? program : 'kubectl', ['--kubeconfig', this.kubeconfig, ...args], {
      stdio: 'pipe',
      env: { ...process.env, HOME: this.folder },
      timeout: KUBECTL_MILLISECONDS,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.stdin.end(stdin);
    const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
    return { code, stdout, stderr };
  }

  /** Asks the kubelet's own server. */
  get(path: string): Promise<string> {
    const port = Number(/Starting to listen.*port=(\d+)/.exec(this.log('kubelet'))?.[1]);
    return new Promise((resolve, reject) => {
      httpsGet({ host: '127.0.0.1', port, path, rejectUnauthorized: false, agent: false }, (response) => {
        let body = '';
        response
          .setEncoding('utf8')
          .on('data', (text: string) => (body += text))
          .once('end', () => resolve(body));
      }).once('error', reject);
    });
  }

  /** `isStandalone`: it knows no API server. */
  async startKubelet(isStandalone = false): Promise<void> {
    const { folder } = this;
    const dns = join(folder, 'resolv.conf');
    writeFileSync(dns, 'nameserver 127.0.0.1\n');
    const config = {
      apiVersion: 'kubelet.config.k8s.io/v1beta1',
      kind: 'KubeletConfiguration',
      address: '127.0.0.1',
      port: 0,
      cgroupRoot: CGROUP_ROOT,
      nodeStatusUpdateFrequency: '1s',
      resolvConf: dns,
      staticPodPath: this.manifests,
      clusterDNS: ['10.0.0.10'],
      clusterDomain: 'cluster.local',
      containerLogMaxSize: '20Ki',
      containerLogMonitorInterval: '3s',
      // Its API server shows no certificate.
      authentication: { anonymous: { enabled: true }, webhook: { enabled: !isStandalone } },
      authorization: { mode: 'AlwaysAllow' },
      containerRuntimeEndpoint: `unix://${folder}/cri.sock`,
    };
    writeFileSync(join(folder, 'kubelet.yaml'), JSON.stringify(config));
    mkdirSync(this.manifests, { recursive: true });
    this.spawn('kubelet', process.execPath, [
      join(PACKAGES, 'kubelet/bin/kubelet.js'),
      ...(isStandalone ? [] : [`--kubeconfig=${this.kubeconfig}`]),
      `--config=${folder}/kubelet.yaml`,
      `--root-dir=${this.rootDir}`,
      `--hostname-override=${NODE}`,
      '--node-ip=127.0.0.1',
      '--v=2',
    ]);
    await this.said('kubelet', /Starting to listen/);
  }

  /** Sends a signal: `SIGSTOP` makes a process as if it were away. */
  signal(name: string, signal: NodeJS.Signals): void {
    this.processes.get(name)?.kill(signal);
  }

  /** Ends a process, by default as a crash would. */
  async kill(name: string, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.processes.get(name);
    this.processes.delete(name);
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
  }

  /** Ends everything, and takes away all that it left on the machine. */
  async close(): Promise<void> {
    await this.kill('kubelet', 'SIGTERM');
    await this.removeSandboxes();
    this.connection.close();
    for (const name of ['cri-shim', 'containerd', 'api']) await this.kill(name, 'SIGTERM');
    for (const pid of processesWith(this.folder)) process.kill(pid, 'SIGKILL');
    const mounts = (await mountPoints()).filter((path) => path.startsWith(`${this.folder}/`));
    for (const path of mounts.reverse()) await runProgram('umount', ['--lazy', path]);
    await runProgram('sh', [
      '-c',
      `find /sys/fs/cgroup -depth -type d -path '*${CGROUP_ROOT}*' -exec rmdir {} + 2>/dev/null; ip link delete ${BRIDGE} 2>/dev/null; true`,
    ]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async removeSandboxes(): Promise<void> {
    if (!this.processes.has('cri-shim')) return;
    for (const { id } of (await this.runtime.ListPodSandbox({})).items) await this.runtime.RemovePodSandbox({ podSandboxId: id });
  }

  private async startAll(): Promise<void> {
    const { folder } = this;
    this.spawn('api', process.execPath, [
      join(PACKAGES, 'apiserver/bin/kube-apiserver.js'),
      `--data-dir=${folder}/api`,
      '--secure-port=0',
      '--bind-address=127.0.0.1',
      '--kubelet-preferred-address-types=InternalIP',
      // There is no controller manager here, which makes the accounts that pods are of.
      '--disable-admission-plugins=ServiceAccount',
    ]);
    writeFileSync(join(folder, 'containerd.toml'), CONTAINERD(folder));
    this.spawn('containerd', 'containerd', ['--config', join(folder, 'containerd.toml')]);
    this.writeNetwork();
    this.spawn('cri-shim', process.execPath, [
      join(PACKAGES, 'cri-shim/bin/cri-shim.js'),
      `--listen=unix://${folder}/cri.sock`,
      `--containerd=${folder}/containerd.sock`,
      `--containerd-root=${folder}/containerd`,
      `--state-dir=${folder}/shim-state`,
      `--root-dir=${folder}/shim-root`,
      `--cni-conf-dir=${folder}/net.d`,
    ]);
    await Promise.all([this.said('api', /Serving securely/), this.said('cri-shim', /Serving CRI/)]);
    await this.importBusybox();
    await this.startKubelet();
  }

  private writeNetwork(): void {
    mkdirSync(join(this.folder, 'net.d'));
    const ipam = {
      type: 'host-local',
      ranges: [[{ subnet: '10.251.9.0/24' }]],
      routes: [{ dst: '0.0.0.0/0' }],
      dataDir: join(this.folder, 'ipam'),
    };
    const plugin = { type: 'bridge', bridge: BRIDGE, isGateway: true, ipMasq: false, ipam };
    writeFileSync(
      join(this.folder, 'net.d', '10-test.conflist'),
      JSON.stringify({ cniVersion: '1.0.0', name: 'test', plugins: [plugin] }),
    );
  }

  private async importBusybox(): Promise<void> {
    const folder = join(this.folder, 'image');
    mkdirSync(folder);
    const archive = await busyboxArchive(folder, 'busybox:test');
    await runProgram('ctr', [
      '--address',
      join(this.folder, 'containerd.sock'),
      '--namespace',
      'k8s.io',
      'images',
      'import',
      '--base-name',
      'docker.io/library/busybox',
      archive,
    ]);
  }

  private spawn(name: string, file: string, args: readonly string[]): void {
    const log = join(this.folder, `${name}.log`);
    writeFileSync(log, '');
    const child = spawn('sh', ['-c', 'log="$1"; shift; exec "$@" >>"$log" 2>&1', 'sh', log, file, ...args], { stdio: 'ignore' });
    this.processes.set(name, child);
  }

  /** Waits until a process has logged something that matches. */
  private async said(name: string, pattern: RegExp): Promise<void> {
    const child = this.processes.get(name);
    for (const end = Date.now() + START_MILLISECONDS; !pattern.test(this.log(name)); await sleep(20)) {
      if (child?.exitCode !== null || Date.now() > end) throw new Error(`${name} does not start: ${this.log(name)}`);
    }
  }
}

export function processesWith(text: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid && commandLine(name).includes(text))
    .map(Number);
}

/** Empty for a process that has ended meanwhile. */
function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/** Waits until the check holds. Fails with the check's last error. */
export async function eventually(check: () => Promise<void> | void, milliseconds = 60_000): Promise<void> {
  for (const end = Date.now() + milliseconds; ; await sleep(100)) {
    try {
      await check();
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}
