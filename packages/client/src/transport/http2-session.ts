import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants, type IncomingHttpHeaders } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import { ConnectionError } from './connection-error';
import type { WireRequest, WireResponse } from './http-message';

/** Go's client: a ping after 30 seconds of silence, and 15 seconds for its answer. */
const IDLE_MILLISECONDS = 30_000;
const PING_MILLISECONDS = 15_000;
/** Streams that Node may keep open before it has seen the server's settings. */
const STREAMS_BEFORE_SETTINGS = 100;
/** The window of a stream and of the connection: a list of some megabytes must not wait for window updates. */
const WINDOW_BYTES = 4 * 1024 * 1024;

/** One HTTP/2 connection, shared by all requests. A dead peer is found by pings, so that no watch hangs on it. */
export class Http2Session {
  private readonly session: ClientHttp2Session;
  private readonly pings: NodeJS.Timeout;
  private streams = 0;
  private draining = false;

  constructor(
    private readonly origin: string,
    socket: TLSSocket,
    onGone: (session: Http2Session) => void,
  ) {
    this.session = connect(origin, {
      createConnection: () => socket,
      settings: { initialWindowSize: WINDOW_BYTES, enablePush: false },
    });
    this.session.once('connect', () => !this.session.destroyed && this.session.setLocalWindowSize(WINDOW_BYTES));
    this.session.on('goaway', () => (this.draining = true));
    // Every stream reports the error itself; the session's copy must only not be unhandled.
    this.session.on('error', () => (this.draining = true));
    this.session.on('close', () => {
      clearInterval(this.pings);
      onGone(this);
    });
    this.pings = setInterval(() => this.ping(), IDLE_MILLISECONDS).unref();
    this.release();
  }

  /** Whether one more stream may be opened without waiting for another to end. */
  hasRoom(): boolean {
    const limit = this.session.remoteSettings?.maxConcurrentStreams ?? STREAMS_BEFORE_SETTINGS;
    return !this.draining && !this.session.destroyed && this.streams < limit;
  }

  /** Resolves with the head of the response. Rejects with ConnectionError, or the signal's reason. */
  send(request: WireRequest): Promise<WireResponse> {
    return new Promise((resolve, reject) => {
      let stream: ClientHttp2Stream;
      try {
        stream = this.open(request);
      } catch (error) {
        return reject(this.failure(request, error, true));
      }
      let failure: unknown;
      let isAnswered = false;
      const onAbort = (): void => stream.close(constants.NGHTTP2_CANCEL);
      request.signal.addEventListener('abort', onAbort, { once: true });
      stream.on('error', (error) => (failure = error));
      stream.once('response', (headers) => {
        isAnswered = true;
        resolve(responseOf(stream, headers));
      });
      stream.once('close', () => {
        request.signal.removeEventListener('abort', onAbort);
        this.release(1);
        if (isAnswered) return;
        if (request.signal.aborted) return reject(request.signal.reason);
        const refused = stream.rstCode === constants.NGHTTP2_REFUSED_STREAM;
        reject(this.failure(request, failure ?? new Error('http2: client connection lost'), refused));
      });
    });
  }

  /** No new streams; the connection ends with the last of those that are open. */
  close(): void {
    this.draining = true;
    clearInterval(this.pings);
    if (!this.session.destroyed) this.session.close();
  }

  destroy(): void {
    this.draining = true;
    clearInterval(this.pings);
    this.session.destroy();
  }

  private open({ method, path, headers, body }: WireRequest): ClientHttp2Stream {
    const stream = this.session.request({ ':method': method, ':path': path, ...headers }, { endStream: body === undefined });
    if (this.streams++ === 0) this.session.ref();
    if (body !== undefined) stream.end(body);
    return stream;
  }

  /** An idle connection does not keep the process alive. */
  private release(count = 0): void {
    this.streams -= count;
    if (this.streams === 0 && !this.session.destroyed) this.session.unref();
  }

  private ping(): void {
    if (this.session.destroyed) return;
    const timer = setTimeout(() => this.session.destroy(new Error('http2: client connection lost')), PING_MILLISECONDS).unref();
    const sent = this.session.ping(() => clearTimeout(timer));
    if (!sent) clearTimeout(timer);
  }

  private failure({ method, path }: WireRequest, cause: unknown, notSent: boolean): ConnectionError {
    return new ConnectionError(`${goMethod(method)} "${this.origin}${path}"`, cause, notSent);
  }
}

/** Go's client prints `Get`, `Post`. */
export function goMethod(method: string): string {
  return method.slice(0, 1) + method.slice(1).toLowerCase();
}

function responseOf(stream: ClientHttp2Stream, headers: IncomingHttpHeaders): WireResponse {
  return {
    status: Number(headers[':status']),
    headers,
    body: stream,
    isTruncated: () => stream.aborted || stream.rstCode !== constants.NGHTTP2_NO_ERROR,
  };
}
