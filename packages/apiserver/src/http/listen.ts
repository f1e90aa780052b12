import { once } from 'node:events';
import { createSecureServer, type Http2SecureServer, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import express from 'express';
import type { Handler } from '../chain/filter';
import { type ApiRequest, type ApiResponse, createApps, messageClasses } from './messages';

export interface ServingOptions {
  readonly address: string;
  readonly port: number;
  /** PEM texts. */
  readonly cert: string | Buffer;
  readonly key: string | Buffer;
  /** CA of client certificates; without it no client certificate is asked for. */
  readonly clientCA?: string | Buffer;
  readonly maxStreamsPerConnection?: number;
}

/** Go's limit on the head of a request. */
const MAX_HEADER_BYTES = 1024 * 1024;

/** Time a client has to send its head, and then its body. */
const HEADERS_TIMEOUT_MS = 32_000;
const REQUEST_TIMEOUT_MS = 90_000;

/** A running server on one port, HTTP/1.1 and HTTP/2 by ALPN. */
export class SecureServer {
  private readonly sockets = new Set<Socket>();
  private readonly sessions = new Set<ServerHttp2Session>();

  private constructor(private readonly server: Http2SecureServer) {
    server.on('secureConnection', (socket: Socket) => remember(this.sockets, socket));
    server.on('session', (session) => remember(this.sessions, session));
  }

  /** Fails with EADDRINUSE and the like. */
  static async listen(handler: Handler, options: ServingOptions): Promise<SecureServer> {
    const server = new SecureServer(createServer(handler, options));
    server.server.listen(options.port, options.address);
    await once(server.server, 'listening');
    return server;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Serves new connections with another certificate from now on. */
  useCertificate(cert: string, key: string): void {
    this.server.setSecureContext({ cert, key });
  }

  /** Takes no new connections, lets running requests end, then closes what is left after `graceMs`. */
  async close(graceMs: number): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const session of this.sessions) session.close();
    const timer = setTimeout(() => this.destroyAll(), graceMs);
    this.closeIdle();
    await closed;
    clearTimeout(timer);
  }

  /** Keep-alive connections of HTTP/1.1 that carry no request. */
  private closeIdle(): void {
    for (const socket of this.sockets) {
      const { _httpMessage: message } = socket as Socket & { _httpMessage?: unknown };
      if (!message && !this.isSession(socket)) socket.destroySoon();
    }
  }

  private isSession(socket: Socket): boolean {
    return [...this.sessions].some((session) => session.socket === socket || session.socket.remotePort === socket.remotePort);
  }

  private destroyAll(): void {
    for (const session of this.sessions) session.destroy();
    for (const socket of this.sockets) socket.destroy();
  }
}

function createServer(handler: Handler, options: ServingOptions): Http2SecureServer {
  const router = express.Router();
  router.use((request, response) => handler(request as ApiRequest, response as ApiResponse));
  const apps = createApps(router);
  const server = createSecureServer({
    ...messageClasses,
    allowHTTP1: true,
    cert: options.cert,
    key: options.key,
    ...(options.clientCA && { ca: options.clientCA, requestCert: true, rejectUnauthorized: false }),
    minVersion: 'TLSv1.2',
    maxHeaderSize: MAX_HEADER_BYTES,
    maxSessionMemory: 64,
    settings: { maxConcurrentStreams: options.maxStreamsPerConnection ?? 1000 },
  } as Parameters<typeof createSecureServer>[0]);
  Object.assign(server, { headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS, keepAliveTimeout: 180_000 });
  server.on('request', (request, response) => {
    const app = request.httpVersionMajor === 2 ? apps.http2 : apps.http1;
    app(request as unknown as express.Request, response as unknown as express.Response);
  });
  // A broken handshake or connection concerns only its client.
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  server.on('sessionError', () => undefined);
  server.on('clientError', (_error, socket) => socket.destroy());
  return server;
}

function remember<T extends { once(event: 'close', listener: () => void): unknown }>(all: Set<T>, each: T): void {
  all.add(each);
  each.once('close', () => all.delete(each));
}
