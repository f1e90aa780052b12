import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Client } from '@typekube/client';
import { TestApiServer } from '@typekube/client/testing';
import { KubeletPlayer } from './kubelet-player';

const ROOT = join(__dirname, '../../../..');
const BINARY = join(ROOT, 'packages/controller-manager/bin/kube-controller-manager.js');
const KUBECTL = join(ROOT, '.cache/clients/1.35/kubectl');

/** A real API server and controller manager, a played kubelet, and the real kubectl. */
export class TestCluster {
  private manager: ChildProcess | undefined;
  private log = '';

  private constructor(
    private readonly server: TestApiServer,
    readonly client: Client,
    readonly kubelet: KubeletPlayer,
    private readonly flags: readonly string[],
  ) {}

  static async start(flags: readonly string[] = []): Promise<TestCluster> {
    const server = await TestApiServer.start();
    const client = await server.client();
    const cluster = new TestCluster(server, client, new KubeletPlayer(client), flags);
    cluster.startManager();
    cluster.kubelet.start();
    return cluster;
  }

  /** Without leader election: a killed one would keep the lease for a while. */
  startManager(): void {
    const args = ['--kubeconfig', this.server.kubeconfigPath, '--secure-port=0', '--leader-elect=false', ...this.flags];
    this.manager = spawn(process.execPath, [BINARY, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.manager.stderr?.on('data', (chunk: Buffer) => (this.log += chunk.toString()));
  }

  /** Ends it as a crash would. */
  async killManager(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** The controller manager's log so far. */
  get managerLog(): string {
    return this.log;
  }

  /** Runs kubectl, and gives what it prints. Rejects where it fails. */
  async kubectl(args: string, input?: string): Promise<string> {
    const running = promisify(execFile)(KUBECTL, ['--kubeconfig', this.server.kubeconfigPath, ...args.split(' ')]);
    if (input !== undefined) running.child.stdin?.end(input);
    const { stdout } = await running;
    return stdout.trim();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kubelet[Symbol.dispose]();
    await this.end('SIGTERM');
    await this.server.stop();
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const { manager } = this;
    if (!manager || manager.exitCode !== null || manager.signalCode !== null) return;
    const ended = once(manager, 'exit');
    manager.kill(signal);
    await ended;
  }
}
