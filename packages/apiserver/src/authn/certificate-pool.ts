import { X509Certificate } from 'node:crypto';
import type { DetailedPeerCertificate, PeerCertificate, TLSSocket } from 'node:tls';
import type { ApiRequest } from '../http/messages';
import { AuthenticationError } from './authenticator';

const BLOCK = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** Authorities, one of which must have signed a certificate. */
export class CertificatePool {
  private readonly authorities: readonly X509Certificate[];

  /** @throws with `where` in the message if the text has no certificates, or one that cannot be read. */
  constructor(pem: string, where: string) {
    const blocks = pem.match(BLOCK) ?? [];
    if (!blocks.length) throw new Error(`${where}: data does not contain any valid certificates`);
    this.authorities = blocks.map((block) => readCertificate(block, where));
  }

  /**
   * Whether a peer's certificate, which TLS has verified, is of one of these. TLS verifies against all authorities of the server together, so that
   * this tells them apart, also after some are no more. Signatures are checked anew: how the peer's certificates hang together is told by node as
   * their names say, and those that come with the peer's own may say anything.
   */
  hasSigned(socket: TLSSocket): boolean {
    let { raw, issuerCertificate: next }: Partial<DetailedPeerCertificate> = socket.getPeerCertificate(true);
    let certificate = raw && new X509Certificate(raw);
    const seen = new Set<string>();
    while (certificate && !seen.has(certificate.fingerprint256)) {
      if (this.vouchesFor(certificate)) return true;
      seen.add(certificate.fingerprint256);
      const issuer: X509Certificate | undefined = next?.raw && new X509Certificate(next.raw);
      if (!issuer?.ca || !isSignedBy(certificate, issuer)) return false;
      certificate = issuer;
      next = next?.issuerCertificate;
    }
    return false;
  }

  private vouchesFor(certificate: X509Certificate): boolean {
    return this.authorities.some((authority) => authority.fingerprint256 === certificate.fingerprint256 || isSignedBy(certificate, authority));
  }
}

function isSignedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

function readCertificate(block: string, where: string): X509Certificate {
  try {
    return new X509Certificate(block);
  } catch (error) {
    throw new Error(`${where}: not a certificate that can be read: ${(error as Error).message}`, { cause: error });
  }
}

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
