import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClientConfig } from '../kubeconfig/client-config';
import { loadClientConfig } from '../kubeconfig/load-client-config';
import { Client } from '../resources/client';

/** The built binary: these tests are of the real thing. */
const BINARY = join(__dirname, '../../../apiserver/bin/kube-apiserver.js');

/** Without controllers there are no service accounts that pods could run as, and nobody sees that a node is ready. */
const ALONE = '--disable-admission-plugins=ServiceAccount,TaintNodesByCondition,StorageObjectInUseProtection';

/** A real kube-apiserver as a child process, with a store of its own. It keeps its port when it is started again. */
export class TestApiServer {
  private child: ChildProcess | undefined;
  private port = 0;
  private readonly clients: Client[] = [];

  private constructor(
    private readonly folder: string,
    private readonly flags: readonly string[],
  ) {}

  static async start(flags: readonly string[] = []): Promise<TestApiServer> {
    const server = new TestApiServer(await mkdtemp(join(tmpdir(), 'client-test-')), flags);
    await server.start();
    return server;
  }

  /** Starts it (again); resolves when it serves. */
  async start(): Promise<void> {
    const address = [`--secure-port=${this.port}`, '--bind-address=127.0.0.1', ALONE];
    const child = spawn(process.execPath, [BINARY, '--data-dir', this.folder, ...address, ...this.flags], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.child = child;
    this.port = await servingPort(child);
  }

  /** Ends it as a crash would, at once. */
  async kill(): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  /** The administrator's access. */
  config(): Promise<ClientConfig> {
    return loadClientConfig({ path: this.kubeconfigPath });
  }

  get kubeconfigPath(): string {
    return join(this.folder, 'admin.kubeconfig');
  }

  /** An administrator's client; it is closed with the server. */
  async client(component = 'test'): Promise<Client> {
    const client = new Client(await this.config(), { component });
    this.clients.push(client);
    return client;
  }

  async stop(): Promise<void> {
    for (const client of this.clients) client.close();
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

/** Reads the log until it names the port, and goes on reading so that the child never waits for us. */
function servingPort(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let log = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      if (log.length > 1_000_000) return;
      log += chunk.toString();
      const [, port] = /Serving securely on [^ ]*:(\d+)/.exec(log) ?? [];
      if (port) resolve(Number(port));
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => reject(new Error(`kube-apiserver ended (${code ?? signal}):\n${log}`)));
  });
}
