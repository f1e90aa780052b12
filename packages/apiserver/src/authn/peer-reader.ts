import type { PeerCertificate, TLSSocket } from 'node:tls';
import type { CertificatePool } from '@typekube/component-base';
import type { ApiRequest } from '../http/messages';
import { AuthenticationError } from './authenticator';

/** The connection of a request. Over HTTP/2 the request's own socket is a stand-in, so the session's is asked. */
export function tlsSocket(request: ApiRequest): TLSSocket {
  const { stream } = request as ApiRequest & { stream?: { session?: { socket: TLSSocket } } };
  return (stream?.session?.socket ?? request.socket) as TLSSocket;
}

type Reading<T> = { readonly value: T | undefined; readonly notAfter: number } | { readonly wrong: AuthenticationError };

interface Known<T> {
  readonly pool: CertificatePool;
  readonly reading: Reading<T>;
}

/**
 * What a connection's certificate says, if one of the pool's authorities has signed it and it has not ended. It is read once a connection, and
 * again when there is another pool.
 */
export class PeerReader<T> {
  private readonly known = new WeakMap<object, Known<T>>();

  constructor(
    private readonly pool: () => CertificatePool,
    private readonly read: (raw: Buffer) => T | undefined,
    /** Told at each request how much longer its certificate lasts. */
    private readonly onUse?: (secondsLeft: number) => void,
  ) {}

  /** Undefined if there is no certificate. Throws for one that does not count, so that its owner learns of it and is not taken for anonymous. */
  of(socket: TLSSocket): T | undefined {
    const pool = this.pool();
    let known = this.known.get(socket);
    if (known?.pool !== pool) this.known.set(socket, (known = { pool, reading: this.readAnew(socket, pool) }));
    const { reading } = known;
    if ('wrong' in reading) throw reading.wrong;
    const millisecondsLeft = reading.notAfter - Date.now();
    if (reading.value !== undefined) this.onUse?.(millisecondsLeft / 1000);
    if (millisecondsLeft <= 0) throw new AuthenticationError('verifying the client certificate failed: it has expired');
    return reading.value;
  }

  private readAnew(socket: TLSSocket, pool: CertificatePool): Reading<T> {
    const { raw, valid_to: notAfter }: PeerCertificate = socket.getPeerCertificate();
    if (!raw) return { value: undefined, notAfter: Infinity };
    const why = socket.authorized ? 'its authority is not one of those it must be of' : String(socket.authorizationError);
    if (!socket.authorized || !pool.hasSigned(socket)) return { wrong: new AuthenticationError(`verifying the client certificate failed: ${why}`) };
    return { value: this.read(raw), notAfter: Date.parse(notAfter) };
  }
}
