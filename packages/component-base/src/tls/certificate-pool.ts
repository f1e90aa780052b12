import { X509Certificate } from 'node:crypto';
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls';

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
