import 'reflect-metadata';
import { type JsonGeneralNames, Pkcs10CertificateRequestGenerator, SubjectAlternativeNameExtension } from '@peculiar/x509';

export interface MadeRequest {
  /** PEM in base64, as `spec.request` holds it. */
  readonly request: string;
  readonly publicKey: Buffer;
  /** PKCS #8, PEM. */
  readonly key: string;
}

/** A signed request with a new P-256 key. */
export async function certificateRequest(name: string, names: JsonGeneralNames): Promise<MadeRequest> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const extensions = names.length > 0 ? [new SubjectAlternativeNameExtension(names)] : [];
  const request = await Pkcs10CertificateRequestGenerator.create({ name, keys, signingAlgorithm: algorithm, extensions });
  const der = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  return {
    request: Buffer.from(request.toString('pem')).toString('base64'),
    publicKey: Buffer.from(request.publicKey.rawData),
    key: `-----BEGIN PRIVATE KEY-----\n${der}\n-----END PRIVATE KEY-----\n`,
  };
}
