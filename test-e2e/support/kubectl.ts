import { join } from 'node:path';
import { type ProgramOptions, type ProgramResult, runProgram, RunningProgram } from './process';
import type { ServerProcess } from './server';

const CLIENTS = join(__dirname, '../../.cache/clients');

/** The oldest and the newest kubectl that the server is for. */
export const KUBECTL_VERSIONS = ['1.27', '1.35'] as const;
export type KubectlVersion = (typeof KUBECTL_VERSIONS)[number];

/** A real kubectl of one version, with the rights of the server's administrator, working in one namespace. */
export class Kubectl {
  constructor(
    readonly version: KubectlVersion,
    private readonly server: Pick<ServerProcess, 'kubeconfig' | 'dataDir'>,
    readonly namespace = 'default',
  ) {}

  in(namespace: string): Kubectl {
    return new Kubectl(this.version, this.server, namespace);
  }

  /** Runs kubectl to its end, whatever that is. */
  run(args: readonly string[], options: ProgramOptions = {}): Promise<ProgramResult> {
    return runProgram(this.file, this.args(args), { ...options, env: { ...this.env, ...options.env } });
  }

  /** Runs kubectl, which must succeed, and gives what it printed. */
  async ok(args: readonly string[], options: ProgramOptions = {}): Promise<string> {
    const { code, stdout, stderr } = await this.run(args, options);
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')} ended with ${code}:\n${stdout}${stderr}`);
    return stdout;
  }

  /** Runs kubectl, which must fail, and gives what it printed as the reason. */
  async fails(args: readonly string[], options: ProgramOptions = {}): Promise<string> {
    const { code, stdout, stderr } = await this.run(args, options);
    if (code === 0) throw new Error(`kubectl ${args.join(' ')} was expected to fail:\n${stdout}${stderr}`);
    return stderr;
  }

  /** Sends objects to `kubectl VERB -f -`, which must succeed. */
  send(verb: string, objects: unknown, args: readonly string[] = []): Promise<string> {
    return this.ok([verb, '-f', '-', ...args], { stdin: manifest(objects) });
  }

  /** The object as JSON. */
  async json<T = KubeJson>(...args: readonly string[]): Promise<T> {
    return JSON.parse(await this.ok(['get', ...args, '-o', 'json']));
  }

  /** One value of an object. */
  jsonpath(template: string, ...args: readonly string[]): Promise<string> {
    return this.ok(['get', ...args, '-o', `jsonpath=${template}`]);
  }

  /** Starts kubectl beside the test; whoever does kills it. */
  start(args: readonly string[]): RunningProgram {
    return new RunningProgram(this.file, this.args(args), { env: this.env });
  }

  private get file(): string {
    return join(CLIENTS, this.version, 'kubectl');
  }

  /** A home of its own: kubectl keeps what it discovers there. */
  private get env(): NodeJS.ProcessEnv {
    return {
      PATH: process.env.PATH,
      HOME: join(this.server.dataDir, `home-${this.version}`),
      KUBECONFIG: this.server.kubeconfig,
      TZ: 'UTC',
    };
  }

  private args(args: readonly string[]): string[] {
    return ['--namespace', this.namespace, ...args];
  }
}

/** Anything that kubectl printed as JSON. */
export interface KubeJson {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly resourceVersion: string;
    readonly uid: string;
    readonly generation?: number;
    readonly labels?: Record<string, string>;
    readonly annotations?: Record<string, string>;
  };
  readonly items?: KubeJson[];
  readonly data?: Record<string, string>;
  readonly spec?: Record<string, unknown>;
}

/** Text as it is; an object, or several, as the JSON that kubectl reads. */
export function manifest(objects: unknown): string {
  if (typeof objects === 'string') return objects;
  if (!Array.isArray(objects)) return JSON.stringify(objects);
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
}
