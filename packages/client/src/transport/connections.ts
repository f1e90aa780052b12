import { ConnectionError } from './connection-error';
import { dialTls, type TlsIdentity } from './dial';
import type { WireRequest, WireResponse } from './http-message';
import { Http1Pool } from './http1-pool';
import { goMethod, Http2Session } from './http2-session';

/**
 * The connections to one server. Over TLS the server chooses HTTP/2 or HTTP/1.1 (ALPN). With HTTP/2 one connection carries
 * everything; another is opened only when the server's limit of streams is reached, as Go's client does, so that no request
 * waits behind watches.
 */
export class Connections {
  private sessions: Http2Session[] = [];
  private dialing: Promise<Http2Session | Http1Pool> | undefined;
  private http1: Http1Pool | undefined;
  private closed = false;

  constructor(
    private readonly origin: URL,
    /** Asked for whenever a connection is made. */
    private readonly identity: () => Promise<TlsIdentity>,
  ) {
    if (origin.protocol === 'http:') this.http1 = new Http1Pool(origin);
  }

  async send(request: WireRequest): Promise<WireResponse> {
    request.signal.throwIfAborted();
    const connection = this.http1 ?? this.sessions.find((session) => session.hasRoom());
    return (connection ?? (await this.dial(request))).send(request);
  }

  /** What comes next uses new connections; what is under way ends on the old ones. */
  renew(): void {
    for (const session of this.sessions) session.close();
    if (this.origin.protocol === 'https:') this.http1 = undefined;
    this.dialing = undefined;
  }

  /** Breaks off whatever is under way. */
  close(): void {
    this.closed = true;
    for (const session of this.sessions) session.destroy();
    this.sessions = [];
    this.http1?.close();
  }

  /** Requests that come while a connection is being made wait for that one. */
  private async dial(request: WireRequest): Promise<Http2Session | Http1Pool> {
    this.dialing ??= this.connect().finally(() => (this.dialing = undefined));
    try {
      return await abortable(this.dialing, request.signal);
    } catch (error) {
      if (request.signal.aborted) throw error;
      throw new ConnectionError(`${goMethod(request.method)} "${this.origin.origin}${request.path}"`, error);
    }
  }

  private async connect(): Promise<Http2Session | Http1Pool> {
    if (this.closed) throw new Error('the client is closed');
    const host = this.origin.hostname.replace(/^\[|\]$/g, '');
    const identity = await this.identity();
    const socket = await dialTls(host, Number(this.origin.port || 443), identity);
    if (socket.alpnProtocol !== 'h2') {
      socket.destroy();
      return (this.http1 = new Http1Pool(this.origin, identity));
    }
    const session = new Http2Session(this.origin.origin, socket, (gone) => {
      this.sessions = this.sessions.filter((other) => other !== gone);
    });
    this.sessions.push(session);
    return session;
  }
}

function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    void promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
