import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { HealthEndpoint, KeyPair, Logger, MetricsRegistry, ZPages } from '@typekube/component-base';
import type { Authorize } from './authorize';

export interface ServingOptions {
  readonly address: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly identity: KeyPair;
  readonly endpoints: readonly HealthEndpoint[];
  readonly metrics: MetricsRegistry;
  readonly pages: ZPages;
  readonly authorize: Authorize;
  readonly log: Logger;
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly contentType?: string;
}

/** Serves health endpoints and metrics over HTTPS. Rejects where the port is taken. */
export class StatusServer {
  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async start(options: ServingOptions): Promise<StatusServer> {
    const { identity, address, port } = options;
    const server = createServer(
      { cert: identity.certificate, key: identity.key },
      (request, response) => void respond(options, request, response),
    );
    server.listen(port, address);
    await once(server, 'listening');
    return new StatusServer(server, (server.address() as AddressInfo).port);
  }

  /** Ends all connections. */
  async stop(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }
}

async function respond(options: ServingOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const {
    status,
    body,
    contentType = 'text/plain; charset=utf-8',
  } = await answerTo(options, request).catch((error: unknown): Answer => {
    options.log.error('A request failed', error, { url: request.url });
    return { status: 500, body: 'Internal Server Error\n' };
  });
  response.writeHead(status, { 'content-type': contentType, 'x-content-type-options': 'nosniff' }).end(body);
}

async function answerTo({ authorize, endpoints, metrics, pages }: ServingOptions, request: IncomingMessage): Promise<Answer> {
  const { pathname: path, searchParams } = new URL(request.url ?? '/', 'https://localhost');
  const access = await authorize(request, path);
  if (access === 'unauthenticated') return { status: 401, body: 'Unauthorized\n' };
  if (access === 'forbidden') return { status: 403, body: 'Forbidden\n' };
  if (path === '/metrics') {
    const { body, contentType } = await metrics.expose();
    return { status: 200, body, contentType };
  }
  const page = pages.answer(path, request.headers.accept);
  if (page) return page;
  for (const endpoint of endpoints) {
    const root = `/${endpoint.name}`;
    if (path !== root && !path.startsWith(`${root}/`)) continue;
    const answer = await endpoint.answer(path.slice(root.length), searchParams);
    if (answer) return answer;
  }
  return { status: 404, body: '404 page not found\n' };
}
