import { X509Certificate } from 'node:crypto';

/** Reads a certificate in DER; undefined where the bytes are none. */
export function parseCertificate(bytes: Buffer): X509Certificate | undefined {
  try {
    return new X509Certificate(bytes);
  } catch {
    return undefined;
  }
}

/** The names of one type among a certificate's alternative names: `DNS`, `email`. */
export function alternativeNames(certificate: X509Certificate, type: 'DNS' | 'email'): string[] {
  const names = (certificate.subjectAltName ?? '').split(', ');
  return names.filter((name) => name.startsWith(`${type}:`)).map((name) => name.slice(type.length + 1));
}
