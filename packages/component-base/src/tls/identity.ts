import { X509Certificate } from 'node:crypto';

/** Whom a client certificate names, as Kubernetes reads it. */
export interface CertificateIdentity {
  /** The common name: the user. */
  readonly commonName: string;
  /** The organizations: the groups. */
  readonly organizations: readonly string[];
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Lower case hexadecimal SHA-256 of the certificate. */
  readonly fingerprint: string;
}

/** Reads whom a certificate names. It does not check who signed it. Throws where it is no certificate. */
export function certificateIdentity(certificate: string | Buffer | X509Certificate): CertificateIdentity {
  const parsed = certificate instanceof X509Certificate ? certificate : new X509Certificate(certificate);
  const subject: Readonly<Record<string, unknown>> = { ...parsed.toLegacyObject().subject };
  return {
    commonName: texts(subject['CN']).at(-1) ?? '',
    organizations: texts(subject['O']),
    notBefore: new Date(parsed.validFrom),
    notAfter: new Date(parsed.validTo),
    fingerprint: parsed.fingerprint256.replaceAll(':', '').toLowerCase(),
  };
}

/** An attribute of a name is a text, or a list where it comes more than once. */
function texts(value: unknown): string[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.filter((item) => typeof item === 'string');
}
