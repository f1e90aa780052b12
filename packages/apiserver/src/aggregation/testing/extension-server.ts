import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { text } from 'node:stream/consumers';
import { createServingCertificate } from '@typekube/component-base';
import { testCA } from '../../testing';

/** A request as the extension API server got it; what the aggregator asks for itself is none. */
export interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly rawHeaders: readonly string[];
  readonly body: string;
  /** Of the certificate that was shown. */
  readonly proxy: string | undefined;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** An API server of somebody else, in this process: it answers with what a test says, and remembers what it was asked. */
export class ExtensionServer implements AsyncDisposable {
  readonly seen: Seen[] = [];
  readonly answers = new Map<string, Answer>();
  onUpgrade: (request: IncomingMessage, socket: Socket) => void = (_request, socket) => void socket.destroy();
  /** Where it listens, or listened last. */
  port = 0;
  private server: Server | undefined;

  static async start(port = 0): Promise<ExtensionServer> {
    const extension = new ExtensionServer();
    await extension.listen(port);
    return extension;
  }

  async listen(port: number): Promise<void> {
    const pair = createServingCertificate(testCA, { commonName: 'api', hosts: ['api.default.svc'] });
    const tls = { cert: pair.certificate, key: pair.key, ca: testCA.certificate, requestCert: true, rejectUnauthorized: false };
    const server = createServer(tls, (request, response) => void this.handle(request, response));
    server.on('upgrade', (request, socket: Socket) => {
      this.remember(request, '');
      this.onUpgrade(request, socket);
    });
    await new Promise<void>((resolve) => server.listen(port, 'localhost', resolve));
    this.server = server;
    this.port = (server.address() as AddressInfo).port;
  }

  get last(): Seen {
    return this.seen.at(-1)!;
  }

  json(path: string, body: object, contentType = 'application/json', status = 200): void {
    this.answers.set(path, (_request, response) => response.writeHead(status, { 'content-type': contentType }).end(JSON.stringify(body)));
  }

  async close(): Promise<void> {
    const { server } = this;
    server?.closeAllConnections();
    await new Promise((resolve) => server?.close(resolve));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    if (request.headers['x-remote-user'] !== 'system:kube-aggregator') this.remember(request, body);
    const path = request.url?.split('?', 1)[0] ?? '';
    const answer = this.answers.get(path) ?? ((_request, unknown) => unknown.writeHead(404).end());
    answer(request, response);
  }

  private remember(request: IncomingMessage, body: string): void {
    const { method, url, headers, rawHeaders } = request;
    const { authorized } = request.socket as TLSSocket;
    const proxy = authorized ? (request.socket as TLSSocket).getPeerCertificate().subject.CN : undefined;
    this.seen.push({ method, url, headers, rawHeaders, body, proxy: Array.isArray(proxy) ? proxy[0] : proxy });
  }
}
