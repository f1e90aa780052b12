import { spawn } from 'node:child_process';
import type { Clock } from '@typekube/component-base';
import type { Credentials } from './credentials';
import { type ExecCredential, parseExecCredential } from './exec-credential';
import type { ExecConfig } from './kubeconfig';
import { errorCode } from './system-error';

export interface ExecPluginOptions {
  readonly exec: ExecConfig;
  readonly server: string;
  /** PEM; told to the plugin if it asks for cluster information. */
  readonly readCa?: () => Promise<string | undefined>;
  readonly insecure?: boolean;
  readonly serverName?: string;
}

/** Credentials of a program (client.authentication.k8s.io). It runs once until what it gave expires or is refused. */
export class ExecPlugin implements Credentials {
  private current: Promise<ExecCredential> | undefined;
  private expiresAt = Number.POSITIVE_INFINITY;

  constructor(
    private readonly options: ExecPluginOptions,
    private readonly clock: Clock,
  ) {}

  async authorization(): Promise<string | undefined> {
    const { token } = await this.credential();
    return token ? `Bearer ${token}` : undefined;
  }

  async keyPair(): Promise<{ certificate: string; key: string } | undefined> {
    return (await this.credential()).keyPair;
  }

  reject(): void {
    this.current = undefined;
  }

  /** Several requests at once share one run. */
  private credential(): Promise<ExecCredential> {
    if (this.current && this.clock.now() < this.expiresAt) return this.current;
    const run = this.refresh();
    this.current = run;
    run.catch(() => this.current === run && this.reject());
    return run;
  }

  private async refresh(): Promise<ExecCredential> {
    this.expiresAt = Number.POSITIVE_INFINITY;
    try {
      const output = await this.run();
      const credential = parseExecCredential(output, this.options.exec.apiVersion);
      this.expiresAt = credential.expiresAt ?? Number.POSITIVE_INFINITY;
      return credential;
    } catch (error) {
      throw new Error(`getting credentials: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  }

  private async run(): Promise<string> {
    const { exec } = this.options;
    const interactive = exec.interactiveMode !== 'Never' && process.stdin.isTTY;
    if (exec.interactiveMode === 'Always' && !interactive) {
      throw new Error('exec plugin cannot support interactive mode: standard input is not a terminal');
    }
    const env = {
      ...process.env,
      ...Object.fromEntries(exec.env.map(({ name, value }) => [name, value])),
      KUBERNETES_EXEC_INFO: JSON.stringify(await this.info(interactive)),
    };
    return runToOutput(exec, env, interactive);
  }

  private async info(interactive: boolean): Promise<object> {
    const { exec, server, insecure, serverName, readCa } = this.options;
    const ca = exec.provideClusterInfo ? await readCa?.() : undefined;
    const cluster = {
      server,
      ...(serverName && { 'tls-server-name': serverName }),
      ...(insecure && { 'insecure-skip-tls-verify': true }),
      ...(ca && { 'certificate-authority-data': Buffer.from(ca).toString('base64') }),
    };
    return {
      kind: 'ExecCredential',
      apiVersion: exec.apiVersion,
      spec: { ...(exec.provideClusterInfo && { cluster }), interactive },
    };
  }
}

function runToOutput(exec: ExecConfig, env: NodeJS.ProcessEnv, interactive: boolean): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(exec.command, [...exec.args], { env, stdio: [interactive ? 'inherit' : 'ignore', 'pipe', 'inherit'] });
    const chunks: Buffer[] = [];
    child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', (error) => reject(notStarted(exec, error)));
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(Buffer.concat(chunks).toString('utf8'));
      const how = code === null ? `was ended by ${signal}` : `failed with exit code ${code}`;
      reject(new Error(withHint(`exec: executable ${exec.command} ${how}`, exec)));
    });
  });
}

function notStarted(exec: ExecConfig, error: Error): Error {
  const isMissing = errorCode(error) === 'ENOENT';
  const text = isMissing ? `exec: executable ${exec.command} not found` : `exec: ${error.message}`;
  return new Error(withHint(text, exec), { cause: error });
}

function withHint(text: string, { installHint }: ExecConfig): string {
  return installHint ? `${text}\n\n${installHint}` : text;
}
