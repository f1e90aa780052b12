import { X509Certificate } from 'node:crypto';
import type { DetailedPeerCertificate, PeerCertificate, TLSSocket } from 'node:tls';
import type { ApiRequest } from '../http/messages';

const BLOCK = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** Authorities, one of which must have signed a certificate. */
export class CertificatePool {
  private readonly fingerprints: ReadonlySet<string>;

  /** @throws with `where` in the message if the text has no certificates, or one that cannot be read. */
  constructor(pem: string, where: string) {
    const blocks = pem.match(BLOCK) ?? [];
    if (!blocks.length) throw new Error(`${where}: data does not contain any valid certificates`);
    this.fingerprints = new Set(blocks.map((block) => fingerprint(block, where)));
  }

  /**
   * Whether the chain of a peer's certificate, which TLS has verified, ends in one of these. TLS verifies against all authorities of the server
   * together, so that this tells them apart, also after some are no more.
   */
  hasSigned(socket: TLSSocket): boolean {
    let certificate: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
    const seen = new Set<string>();
    while (certificate?.fingerprint256 && !seen.has(certificate.fingerprint256)) {
      if (this.fingerprints.has(certificate.fingerprint256)) return true;
      seen.add(certificate.fingerprint256);
      certificate = certificate.issuerCertificate;
    }
    return false;
  }
}

function fingerprint(block: string, where: string): string {
  try {
    return new X509Certificate(block).fingerprint256;
  } catch (error) {
    throw new Error(`${where}: not a certificate that can be read: ${(error as Error).message}`, { cause: error });
  }
}

/** The connection of a request. Over HTTP/2 the request's own socket is a stand-in, so the session's is asked. */
export function tlsSocket(request: ApiRequest): TLSSocket {
  const { stream } = request as ApiRequest & { stream?: { session?: { socket: TLSSocket } } };
  return (stream?.session?.socket ?? request.socket) as TLSSocket;
}

interface Known<T> {
  readonly pool: CertificatePool;
  readonly notAfter: number;
  readonly value: T | undefined;
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
  ) {}

  of(socket: TLSSocket): T | undefined {
    const pool = this.pool();
    let known = this.known.get(socket);
    if (known?.pool !== pool) this.known.set(socket, (known = this.readAnew(socket, pool)));
    return known.notAfter > Date.now() ? known.value : undefined;
  }

  private readAnew(socket: TLSSocket, pool: CertificatePool): Known<T> {
    const nothing = { pool, notAfter: Infinity, value: undefined };
    if (!socket.authorized) return nothing;
    const { raw, valid_to: notAfter }: PeerCertificate = socket.getPeerCertificate();
    if (!raw || !pool.hasSigned(socket)) return nothing;
    return { pool, notAfter: Date.parse(notAfter), value: this.read(raw) };
  }
}
