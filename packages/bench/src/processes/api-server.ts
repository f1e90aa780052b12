import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Usage } from './commands';
import type { ProbeCommands } from './probe';
import { Worker } from './worker';

const BINARY = join(dirname(require.resolve('@typekube/apiserver/package.json')), 'bin', 'kube-apiserver.js');
const PROBE = join(__dirname, 'probe.js');
const START_TIMEOUT_MS = 30_000;

/** The token that the server under test takes. */
export const TOKEN = 'bench-0123456789abcdef0123456789abcdef';

/** Users without privileges that it takes, too. */
export const USERS = ['user', 'flooder', 'quiet'] as const;

export function tokenOf(user: (typeof USERS)[number]): string {
  return `${user}-0123456789abcdef0123456789abcdef`;
}

export interface ApiServerOptions {
  readonly dataDir: string;
  readonly etcdEndpoint?: string;
  /** Flags besides those that every benchmark has. */
  readonly args?: readonly string[];
}

/** The API server as a process of its own, on a free port of the loopback interface. */
export class ApiServer implements AsyncDisposable {
  private constructor(
    private readonly worker: Worker<ProbeCommands>,
    readonly port: number,
    private readonly dataDir: string,
  ) {}

  /** Resolves when the server says that it serves. Fails with its output if it ends before. */
  static async start({ dataDir, etcdEndpoint, args: more = [] }: ApiServerOptions): Promise<ApiServer> {
    const tokens = join(dataDir, 'tokens.csv');
    const users = [`${TOKEN},bench,bench,"system:masters"`, ...USERS.map((name) => `${tokenOf(name)},${name},${name},"bench"`)];
    writeFileSync(tokens, `${users.join('\n')}\n`, { mode: 0o600 });
    const args = [`--data-dir=${dataDir}`, '--secure-port=0', '--bind-address=127.0.0.1', `--token-auth-file=${tokens}`];
    args.push(...more);
    if (etcdEndpoint) args.push(`--etcd-servers=${etcdEndpoint}`);
    let output = '';
    let hear: () => void = () => undefined;
    const worker = Worker.start<ProbeCommands>(BINARY, {
      args,
      execArgv: ['--require', PROBE],
      onOutput: (text) => {
        output = (output + text).slice(-8192);
        hear();
      },
    });
    const port = await new Promise<number>((resolve, reject) => {
      const fail = (): void => reject(new Error(`the API server did not start:\n${output}`));
      const timer = setTimeout(fail, START_TIMEOUT_MS);
      worker.process.once('exit', fail);
      hear = () => {
        const found = /Serving securely on [^\s"]*:(\d+)/.exec(output);
        if (!found) return;
        clearTimeout(timer);
        resolve(Number(found[1]));
      };
    });
    return new ApiServer(worker, port, dataDir);
  }

  usage(): Promise<Usage> {
    return this.worker.usage();
  }

  liveBytes(): Promise<number> {
    return this.worker.ask('liveBytes');
  }

  /** Its serving certificate and key in PEM, for references to serve with the same. */
  get keyPair(): KeyPair {
    const read = (name: string): string => readFileSync(join(this.dataDir, 'pki', name), 'utf8');
    return { cert: read('apiserver.crt'), key: read('apiserver.key') };
  }

  /** Ends the server, without waiting for a graceful end: nothing of it is needed any more. */
  [Symbol.asyncDispose](): Promise<void> {
    this.worker.process.kill('SIGKILL');
    return this.worker[Symbol.asyncDispose]();
  }
}

export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}
