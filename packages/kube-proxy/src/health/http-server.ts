import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { aborted, type Clock, type Logger, sleep } from '@typekube/component-base';

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers a path; undefined: there is nothing there. */
export type HttpHandler = (
  path: string,
  headers: IncomingHttpHeaders,
) => HttpAnswer | undefined | Promise<HttpAnswer | undefined>;

/** A small server without TLS, as upstream's for health and metrics. */
export class HttpServer {
  private constructor(private readonly server: Server) {}

  /** Rejects where the address or the port cannot be had. */
  static async start(address: HostPort, handler: HttpHandler, log: Logger): Promise<HttpServer> {
    const server = createServer((request, response) => void respond(handler, request, response, log));
    server.listen(address.port, address.host);
    await once(server, 'listening');
    return new HttpServer(server);
  }

  /** Ends all connections. */
  async stop(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }
}

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** Reads `0.0.0.0:10256`, `[::]:10256`. Undefined for anything else. */
export function parseHostPort(text: string): HostPort | undefined {
  const [, bracketed, plain = '', port] = /^(?:\[([^\]]*)\]|([^:]*)):(\d+)$/.exec(text) ?? [];
  return port === undefined ? undefined : { host: bracketed ?? plain, port: Number(port) };
}

export interface ServeOptions {
  readonly address: HostPort;
  readonly handler: HttpHandler;
  readonly log: Logger;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Rejects when the port cannot be had; else that is tried again, as upstream without `--bind-address-hard-fail`. */
  readonly hardFail: boolean;
}

const RETRY_MILLISECONDS = 5000;

/** Serves until the signal is aborted. */
export async function serve({ address, handler, log, clock, signal, hardFail }: ServeOptions): Promise<void> {
  while (!signal.aborted) {
    try {
      const server = await HttpServer.start(address, handler, log);
      await aborted(signal);
      return await server.stop();
    } catch (error) {
      if (hardFail) throw error;
      log.error('Unable to listen; trying again', error, { ...address });
      await sleep(clock, RETRY_MILLISECONDS, signal).catch(() => undefined);
    }
  }
}

async function respond(handler: HttpHandler, request: IncomingMessage, response: ServerResponse, log: Logger): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  const { status, body, contentType, headers } = await answerTo(handler, pathname, request.headers, log);
  response
    .writeHead(status, {
      'content-type': contentType ?? 'text/plain; charset=utf-8',
      'x-content-type-options': 'nosniff',
      ...headers,
    })
    .end(body);
}

async function answerTo(handler: HttpHandler, path: string, headers: IncomingHttpHeaders, log: Logger): Promise<HttpAnswer> {
  try {
    return (await handler(path, headers)) ?? { status: 404, body: '404 page not found\n' };
  } catch (error) {
    log.error('A request failed', error, { path });
    return { status: 500, body: 'Internal Server Error\n' };
  }
}
