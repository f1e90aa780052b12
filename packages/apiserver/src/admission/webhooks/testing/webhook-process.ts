import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { HttpsClient } from '../../../testing';
import { createCertificateAuthority, createServingCertificate } from '@typekube/component-base';

const PROGRAM = join(__dirname, 'webhook-program.cjs');

/** Where the webhook calls back to. */
export interface CallBack {
  readonly port: number;
  readonly token: string;
}

/** A TLS server in another process that answers admission reviews; the path says how. */
export class WebhookProcess implements AsyncDisposable {
  private readonly client: HttpsClient;

  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
    /** In PEM. */
    readonly authority: string,
  ) {
    this.client = new HttpsClient(port, { ca: authority }, {});
  }

  /** What its certificate is trusted by, as a configuration has it. */
  get caBundle(): string {
    return Buffer.from(this.authority).toString('base64');
  }

  /** What it was asked last. */
  async lastRequest(): Promise<unknown> {
    return (await this.seen()).last;
  }

  /** How often it was asked what it could read. */
  async timesAsked(): Promise<number> {
    return (await this.seen()).asked;
  }

  private async seen(): Promise<{ readonly last: unknown; readonly asked: number }> {
    const { text } = await this.client.http1({ method: 'GET', path: '/last' });
    return JSON.parse(text) as { last: unknown; asked: number };
  }

  static async start(apiServer: CallBack): Promise<WebhookProcess> {
    const authority = createCertificateAuthority({ commonName: 'webhooks' });
    const { certificate, key } = createServingCertificate(authority, { commonName: 'webhook', hosts: ['127.0.0.1', 'hook.default.svc'] });
    const child = spawn(process.execPath, [PROGRAM, JSON.stringify({ key, cert: certificate, apiServer })], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    return new WebhookProcess(child, Number(line.toString()), authority.certificate);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.client.close();
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }
}
