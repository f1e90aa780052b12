import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApiClient } from './api-client';
import { type ProgramResult, runProgram, RunningProgram } from './process';

const BINARY = join(__dirname, '../../packages/apiserver/bin/kube-apiserver.js');
const START_TIMEOUT_MS = 20_000;

export interface ServerOptions {
  readonly dataDir: string;
  readonly args?: readonly string[];
}

/** A `kube-apiserver` process that serves on a free port of the loopback interface. */
export class ServerProcess {
  private constructor(
    private readonly program: RunningProgram,
    readonly dataDir: string,
    readonly port: number,
    /** Talks to the server as its administrator. */
    readonly client: ApiClient,
  ) {}

  /** Starts the built server; resolves when it says that it serves. Fails with its output if it ends before. */
  static async start({ dataDir, args = [] }: ServerOptions): Promise<ServerProcess> {
    const program = new RunningProgram(process.execPath, [BINARY, ...flags(dataDir, args)]);
    try {
      const [, port] = await program.waitFor(/Serving securely on 127\.0\.0\.1:(\d+)/, START_TIMEOUT_MS);
      const client = ApiClient.fromKubeconfig(readFileSync(join(dataDir, 'admin.kubeconfig'), 'utf8'));
      return new ServerProcess(program, dataDir, Number(port), client);
    } catch (error) {
      await program.kill();
      throw error;
    }
  }

  /** Runs the server where it is expected to end by itself, at once. */
  static run({ dataDir, args = [] }: ServerOptions): Promise<ProgramResult> {
    return runProgram(process.execPath, [BINARY, ...flags(dataDir, args)]);
  }

  get url(): string {
    return `https://127.0.0.1:${this.port}`;
  }

  /** The file with which clients are the administrator. */
  get kubeconfig(): string {
    return join(this.dataDir, 'admin.kubeconfig');
  }

  /** What the server logged so far. */
  get log(): string {
    return this.program.stdout + this.program.stderr;
  }

  /** Waits until the server has logged something that matches. */
  async logged(pattern: RegExp): Promise<void> {
    await this.program.waitFor(pattern);
  }

  /** Asks it to stop, and gives its exit code when it has. */
  stop(): Promise<number | null> {
    this.client.close();
    return this.program.kill('SIGTERM');
  }

  /** Asks it to stop and does not wait. */
  askToStop(): Promise<number | null> {
    this.program.child.kill('SIGTERM');
    return this.program.exit;
  }

  /** Ends it as a crash would. */
  async kill(): Promise<void> {
    this.client.close();
    await this.program.kill('SIGKILL');
  }
}

/** Without controllers there are no service accounts that pods could run as, and nobody sees that a node is ready. */
const ALONE = '--disable-admission-plugins=ServiceAccount,TaintNodesByCondition,StorageObjectInUseProtection';

function flags(dataDir: string, args: readonly string[]): string[] {
  return [`--data-dir=${dataDir}`, '--secure-port=0', '--bind-address=127.0.0.1', ALONE, ...args];
}
