import { once } from 'node:events';
import { createSecureServer, type Http2SecureServer, type ServerHttp2Session } from 'node:http2';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { SecureContextOptions, TLSSocket } from 'node:tls';
import express from 'express';
import type { Handler } from '../chain/filter';
import { endWhenDead } from './end-dead-sessions';
import { acceptUpgrade, type ApiRequest, type ApiResponse, createApps, messageClasses } from './messages';

export interface ServingOptions {
  readonly address: string;
  readonly port: number;
  /** PEM texts. */
  readonly cert: string | Buffer;
  readonly key: string | Buffer;
  /** CA of client certificates; without it no client certificate is asked for. */
  readonly clientCA?: string | Buffer;
  /** Told of each connection whose TLS handshake has failed. */
  readonly onHandshakeError?: () => void;
  readonly maxStreamsPerConnection?: number;
  /** Which versions and ciphers of TLS clients may use; by default TLS 1.2 and newer. */
  readonly tls?: Pick<SecureContextOptions, 'minVersion' | 'ciphers'>;
}

/** Go's limit on the head of a request. */
const MAX_HEADER_BYTES = 1024 * 1024;

/** Time a client has to send its head, and then its body. */
const HEADERS_TIMEOUT_MS = 32_000;
const REQUEST_TIMEOUT_MS = 90_000;
/** How long a connection is kept for its client to read what was said last (net/http's rstAvoidanceDelay). */
const LINGER_MS = 500;
/** So often again for one that still sends. */
const MAX_LINGERS = 10;

/** A running server on one port, HTTP/1.1 and HTTP/2 by ALPN. */
export class SecureServer {
  /** Connections in their TLS handshake, by the client's address. */
  private readonly handshaking = new Map<string, Socket>();
  private readonly sockets = new Set<Socket>();
  private readonly sessions = new Set<ServerHttp2Session>();
  /** Connections of HTTP/1.1, with their answers under way: no Set, which would keep what is over in V8's old space (flow-control/queue-set.ts). */
  private readonly http1 = new Map<Socket, ServerResponse[]>();
  private isClosing = false;

  private constructor(
    private readonly server: Http2SecureServer,
    private options: ServingOptions,
  ) {
    server.on('connection', (socket: Socket) => {
      const client = addressOf(socket);
      this.handshaking.set(client, socket);
      socket.once('close', () => this.handshaking.delete(client));
    });
    server.on('secureConnection', (socket: TLSSocket) => {
      this.handshaking.delete(addressOf(socket));
      // What was accepted before is not kept once the server closes: nobody would close it.
      if (this.isClosing) return void socket.destroy();
      remember(this.sockets, socket);
      if (socket.alpnProtocol === 'h2') return void socket.once('finish', () => lingerOn(socket));
      parseOnWhilePaused(socket);
      const answers: ServerResponse[] = [];
      this.http1.set(socket, answers);
      socket.once('close', () => {
        this.http1.delete(socket);
        closeWaiting(answers);
      });
    });
    server.on('session', (session) => {
      remember(this.sessions, session);
      endWhenDead(session);
    });
    server.on('request', (request, response) => {
      if (request.httpVersionMajor === 1) this.followRequest(request as unknown as IncomingMessage, response as unknown as ServerResponse);
    });
  }

  /** Fails with EADDRINUSE and the like. */
  static async listen(handler: Handler, options: ServingOptions): Promise<SecureServer> {
    const server = new SecureServer(createServer(handler, options), options);
    server.server.listen(options.port, options.address);
    await once(server.server, 'listening');
    return server;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Serves new connections with another certificate from now on. */
  useCertificate(cert: string, key: string): void {
    this.options = { ...this.options, cert, key };
    this.server.setSecureContext(secureContext(this.options));
  }

  /** Takes client certificates of these authorities in new connections from now on. */
  useClientCA(clientCA: string): void {
    this.options = { ...this.options, clientCA };
    this.server.setSecureContext(secureContext(this.options));
  }

  /** Takes no new connections, lets running requests end, then closes what is left after `graceMs`. */
  async close(graceMs: number): Promise<void> {
    this.isClosing = true;
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const session of this.sessions) session.close();
    const timer = setTimeout(() => this.destroyAll(), graceMs);
    for (const [socket, answers] of this.http1) if (answers.length === 0) socket.destroySoon();
    // Nobody waits for an answer there.
    for (const socket of this.handshaking.values()) socket.destroy();
    await closed;
    clearTimeout(timer);
  }

  /** While the server closes, a connection goes with the end of its last request. */
  private followRequest({ socket }: IncomingMessage, response: ServerResponse): void {
    const answers = this.http1.get(socket);
    answers?.push(response);
    response.once('close', () => {
      const at = answers?.indexOf(response) ?? -1;
      if (at >= 0) answers?.splice(at, 1);
      if (this.isClosing && !answers?.length) socket.destroySoon();
    });
  }

  private destroyAll(): void {
    for (const session of this.sessions) session.destroy();
    for (const socket of this.sockets) socket.destroy();
  }
}

/**
 * Node stops reading from a connection while an answer is still being written, and its parser, too. But TLS hands on what it has decrypted already: of a
 * client that sends the head and the body of its next request apart, the body meets a stopped parser, which is an error (HPE_PAUSED), and the request is
 * refused as if it were broken. So the parser is never stopped: what it may get is what one read of the connection held.
 */
function parseOnWhilePaused(socket: Socket & { readonly parser?: { pause(): void } | null }): void {
  if (socket.parser) socket.parser.pause = () => undefined;
}

/**
 * Node tells only the answer that has the connection of its end; those of pipelined requests behind it would never close, and what their requests
 * hold (seats of flow control, for one) would never be given back.
 */
function closeWaiting(answers: readonly ServerResponse[]): void {
  for (const answer of [...answers]) {
    if (answer.socket) continue;
    answer.destroy();
    answer.emit('close');
  }
}

/** What `setSecureContext` takes must be whole: what it is not given it forgets, the CA of the clients too. */
function secureContext({ cert, key, clientCA, tls }: ServingOptions): SecureContextOptions {
  return { cert, key, ...(clientCA && { ca: clientCA }), minVersion: 'TLSv1.2', ...tls };
}

function createServer(handler: Handler, options: ServingOptions): Http2SecureServer {
  const apps = createApps((request, response) => handler(request as ApiRequest, response as ApiResponse));
  const server = createSecureServer({
    ...messageClasses,
    allowHTTP1: true,
    // As node's own HTTP/1.1 server has it: an answer's end does not wait for the client to acknowledge its beginning.
    noDelay: true,
    ...secureContext(options),
    ...(options.clientCA && { requestCert: true, rejectUnauthorized: false }),
    maxSessionMemory: 64,
    settings: { maxConcurrentStreams: options.maxStreamsPerConnection ?? 1000 },
  } as Parameters<typeof createSecureServer>[0]);
  // For HTTP/1.1, which takes them from the server itself.
  Object.assign(server, { maxHeaderSize: MAX_HEADER_BYTES, headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS, keepAliveTimeout: 180_000 });
  server.on('request', (request, response) => {
    // A client that breaks off is seen by the `close` event; its error must never be one that nobody listens to.
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    const app = request.httpVersionMajor === 2 ? apps.http2 : apps.http1;
    app(request as unknown as express.Request, response as unknown as express.Response);
  });
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const accepted = acceptUpgrade(request, socket, head);
    apps.http1(accepted.request, accepted.response);
  });
  // A broken handshake or connection concerns only its client.
  server.on('tlsClientError', (_error, socket) => {
    options.onHandshakeError?.();
    socket.destroy();
  });
  server.on('sessionError', () => undefined);
  server.on('clientError', refuseUnreadable);
  return server;
}

/** Answers what is no HTTP/1.1 as Go's server does, and closes. */
function refuseUnreadable(error: Error & { readonly code?: string }, socket: Duplex): void {
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request';
  if (!socket.writable) return void socket.destroy();
  socket.end(`HTTP/1.1 ${status}\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n${status}`);
  // What is still being sent is read and thrown away: a connection that is closed with bytes unread is reset, and the reset overtakes the answer.
  let isSending = false;
  socket.removeAllListeners('data').on('data', () => (isSending = true));
  lingerOn(socket, () => {
    const goesOn = isSending;
    isSending = false;
    return goesOn;
  });
}

/** Everything is said on that connection: its client has a moment to read it and to close, too; a few more of them while it goes on sending. */
function lingerOn(socket: Duplex, goesOn = (): boolean => false): void {
  let moments = 0;
  const timer = setTimeout(() => {
    moments += 1;
    // What has come meanwhile is read first, also where this process was held up for so long.
    setImmediate(() => (goesOn() && moments < MAX_LINGERS ? timer.refresh() : socket.destroy()));
  }, LINGER_MS);
  socket.once('close', () => clearTimeout(timer));
}

function addressOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

function remember<T extends { once(event: 'close', listener: () => void): unknown }>(all: Set<T>, each: T): void {
  all.add(each);
  each.once('close', () => all.delete(each));
}
