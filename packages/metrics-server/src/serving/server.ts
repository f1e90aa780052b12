import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { newBadRequest, newInternalError, newUnknownPath, StatusError } from '@typekube/apimachinery';
import { type HealthEndpoint, type KeyPair, KUBERNETES_VERSION, type Logger, type MetricsRegistry } from '@typekube/component-base';
import { handleApi, type Readers } from '../api/handle';
import { requestInfo, type RequestInfo } from '../api/request-info';
import type { Authentication } from './authentication';
import type { Authorization } from './authorization';

export interface ServerOptions {
  readonly address: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly identity: KeyPair;
  readonly authentication: Authentication;
  readonly authorization: Authorization;
  readonly readers: Readers;
  readonly health: readonly HealthEndpoint[];
  readonly metrics: MetricsRegistry;
  readonly log: Logger;
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly contentType: string;
}

/** Requests bring no bodies. */
const MAX_REQUEST_MILLISECONDS = 60_000;

/** Serves the API, health and metrics over HTTPS. */
export class MetricsServer {
  private constructor(
    private readonly server: Server,
    private identity: KeyPair,
  ) {}

  /** Rejects where the port is taken. */
  static async start(options: ServerOptions): Promise<MetricsServer> {
    const { identity, address, port } = options;
    const server = createServer(
      { ...contextOf(identity, ''), requestCert: true, rejectUnauthorized: false, requestTimeout: MAX_REQUEST_MILLISECONDS },
      (request, response) => void respond(options, request, response),
    );
    server.listen(port, address);
    await once(server, 'listening');
    return new MetricsServer(server, identity);
  }

  get port(): number {
    const address = this.server.address();
    if (typeof address === 'object' && address !== null) return address.port;
    throw new Error('the server does not listen');
  }

  /** Authorities, PEM, by which certificates of new connections are verified. */
  trust(pem: string): void {
    this.pem = pem;
    this.server.setSecureContext(contextOf(this.identity, pem));
    // What was verified by the ones before is not taken over.
    this.server.closeIdleConnections();
  }

  use(identity: KeyPair): void {
    this.identity = identity;
    this.server.setSecureContext(contextOf(identity, this.pem));
  }

  /** Ends all connections. */
  async stop(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  private pem = '';
}

/** Without authorities of ours those of the system would be asked: none of them may vouch for a client. */
function contextOf({ certificate, key }: KeyPair, pem: string): { cert: string; key: string; ca: string | string[] } {
  return { cert: certificate, key, ca: pem || [] };
}

async function respond(options: ServerOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { status, body, contentType } = await answerTo(options, request).catch((error: unknown) => failure(options, request, error));
  if (response.destroyed) return;
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-cache, private',
    'x-content-type-options': 'nosniff',
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

async function answerTo({ authentication, authorization, readers, health, metrics }: ServerOptions, request: IncomingMessage): Promise<Answer> {
  const info = infoOf(request);
  await authorization.check(await authentication.callerOf(request), info);
  const answer = handleApi(info, request.headers.accept, readers);
  if (answer) return json(200, answer.body, answer.contentType);
  if (info.verb !== 'get' && info.verb !== 'head') throw newUnknownPath();
  if (info.path === '/metrics') return { status: 200, ...(await metrics.expose()) };
  if (info.path === '/version') return json(200, KUBERNETES_VERSION);
  for (const endpoint of health) {
    const root = `/${endpoint.name}`;
    if (info.path !== root && !info.path.startsWith(`${root}/`)) continue;
    const found = await endpoint.answer(info.path.slice(root.length), info.query);
    if (found) return found;
  }
  throw newUnknownPath();
}

function infoOf({ method = '', url = '/' }: IncomingMessage): RequestInfo {
  try {
    return requestInfo(method, url);
  } catch (error) {
    throw newBadRequest(`the URL cannot be read: ${String(error)}`, { cause: error });
  }
}

function failure({ log }: ServerOptions, { url }: IncomingMessage, error: unknown): Answer {
  if (error instanceof StatusError) return json(error.code, error.status);
  log.error('A request failed', error, { url });
  return json(500, newInternalError(error instanceof Error ? error : new Error(String(error))).status);
}

function json(status: number, body: object, contentType = 'application/json'): Answer {
  return { status, body: `${JSON.stringify(body)}\n`, contentType };
}
