import { once } from 'node:events';
import { type ClientHttp2Session, connect, type SecureClientSessionOptions } from 'node:http2';
import { isIP } from 'node:net';

/** As gRPC's client asks, whether it has calls or not. */
const PING_INTERVAL_MS = 30_000;
const PING_TIMEOUT_MS = 10_000;
const CONNECT_TIMEOUT_MS = 5_000;
/** Answers with many values must not wait for the window at every step. */
const STREAM_WINDOW_BYTES = 1024 * 1024;
const SESSION_WINDOW_BYTES = 16 * 1024 * 1024;
/** In MiB: node would refuse further streams while answers larger than this are on their way. */
const MAX_SESSION_MEMORY = 1024;

/** Connections to the members of a cluster, each made when it is needed. Calls go to one member for as long as it serves. */
export class Connections {
  private readonly open = new Map<string, ClientHttp2Session>();
  private readonly opening = new Map<string, Promise<ClientHttp2Session>>();
  private current: number;

  constructor(
    private readonly endpoints: readonly string[],
    private readonly options: SecureClientSessionOptions,
  ) {
    // Not all clients on the same one.
    this.current = Math.floor(Math.random() * endpoints.length);
  }

  /** An open connection, or one that is being made. Fails with `No connection established` where no member can be reached. */
  session(): ClientHttp2Session | Promise<ClientHttp2Session> {
    const session = this.open.get(this.endpoints[this.current]!);
    return session && !session.destroyed && !session.closed ? session : this.openAny();
  }

  /** The member behind the connection does not serve: the next call goes to another one. */
  moveOn(session: ClientHttp2Session): void {
    if (this.open.get(this.endpoints[this.current]!) === session) this.chooseNext();
  }

  close(): void {
    for (const session of this.open.values()) session.destroy();
    for (const opening of this.opening.values()) opening.then((session) => session.destroy(), () => undefined);
  }

  private async openAny(): Promise<ClientHttp2Session> {
    let failure: unknown;
    for (let tries = 0; tries < this.endpoints.length; tries++) {
      try {
        return await this.openOne(this.endpoints[this.current]!);
      } catch (error) {
        failure = error;
        this.chooseNext();
      }
    }
    throw new Error(`14 UNAVAILABLE: No connection established: ${String(failure)}`, { cause: failure });
  }

  private chooseNext(): void {
    this.current = (this.current + 1) % this.endpoints.length;
  }

  /** Once for all calls that wait for it. */
  private openOne(endpoint: string): Promise<ClientHttp2Session> {
    let opening = this.opening.get(endpoint);
    if (!opening) {
      opening = openSession(endpoint, this.options).finally(() => this.opening.delete(endpoint));
      this.opening.set(endpoint, opening);
      opening.then((session) => session.destroyed || this.keep(endpoint, session), () => undefined);
    }
    return opening;
  }

  private keep(endpoint: string, session: ClientHttp2Session): void {
    this.open.set(endpoint, session);
    const forget = (): void => {
      if (this.open.get(endpoint) === session) this.open.delete(endpoint);
    };
    session.once('goaway', forget);
    session.once('close', forget);
    keepAlive(session);
  }
}

async function openSession(endpoint: string, options: SecureClientSessionOptions): Promise<ClientHttp2Session> {
  const { hostname } = new URL(endpoint);
  const session = connect(endpoint, {
    ...options,
    // TLS has no names that are addresses; the certificate is checked against the address all the same.
    ...(isIP(hostname.replace(/^\[|\]$/g, '')) && { servername: '' }),
    settings: { enablePush: false, initialWindowSize: STREAM_WINDOW_BYTES },
    maxSessionMemory: MAX_SESSION_MEMORY,
  });
  // The calls on it are told, too.
  session.on('error', () => undefined);
  try {
    await once(session, 'connect', { signal: AbortSignal.timeout(CONNECT_TIMEOUT_MS) });
  } catch (error) {
    session.destroy();
    throw error;
  }
  session.setLocalWindowSize(SESSION_WINDOW_BYTES);
  return session;
}

/** Ends a connection that has gone silent, as when the machine at its other end is gone. */
export function keepAlive(session: ClientHttp2Session, intervalMs = PING_INTERVAL_MS): void {
  let late: NodeJS.Timeout | undefined;
  const stop = (): void => {
    clearInterval(timer);
    clearTimeout(late);
  };
  const timer = setInterval(() => {
    // One that was lost as soon as it was made has told so before anybody listened.
    if (session.destroyed) return stop();
    late ??= setTimeout(() => session.destroy(), PING_TIMEOUT_MS).unref();
    session.ping(() => {
      clearTimeout(late);
      late = undefined;
    });
  }, intervalMs).unref();
  session.once('close', stop);
}
