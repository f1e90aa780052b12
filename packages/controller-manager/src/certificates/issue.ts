import { createPrivateKey, type KeyObject, randomBytes, type webcrypto, X509Certificate } from 'node:crypto';
import type { KeyPair } from '@typekube/component-base';
import { type CertificateRequest, loadX509 } from './certificate-request';
import type { CertificatePlan } from './plan-certificate';

const CURVES: Readonly<Record<string, string>> = { prime256v1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521' };
const CURVE_HASHES: Readonly<Record<string, string>> = { 'P-384': 'SHA-384', 'P-521': 'SHA-512' };

/** The certificate, in PEM: the request's subject, names and key, and what the plan says, signed by the authority. */
export async function issueCertificate(authority: KeyPair, request: CertificateRequest, plan: CertificatePlan): Promise<string> {
  const x509 = await loadX509();
  const issuer = new x509.X509Certificate(authority.certificate);
  const { keyId } = issuer.getExtension(x509.SubjectKeyIdentifierExtension) ?? (await x509.SubjectKeyIdentifierExtension.create(issuer.publicKey));
  const { key, algorithm } = await signingKeyOf(authority.key);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    issuer: issuer.subjectName,
    subject: new x509.Name(request.subject),
    notBefore: plan.notBefore,
    notAfter: plan.notAfter,
    publicKey: new x509.PublicKey(request.publicKey),
    signingKey: key,
    signingAlgorithm: algorithm,
    extensions: [
      ...(plan.keyUsages === 0 ? [] : [new x509.KeyUsagesExtension(plan.keyUsages, true)]),
      ...(plan.extendedKeyUsages.length === 0 ? [] : [new x509.ExtendedKeyUsageExtension([...plan.extendedKeyUsages])]),
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.AuthorityKeyIdentifierExtension(keyId),
      ...(request.names.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension([...request.names])]),
    ],
  });
  return `${certificate.toString('pem')}\n`;
}

/** When the authority's own certificate ends. */
export function endOfAuthority({ certificate }: KeyPair): Date {
  return new Date(new X509Certificate(certificate).validTo);
}

interface SigningKey {
  readonly key: webcrypto.CryptoKey;
  readonly algorithm: { readonly name: string; readonly hash?: string };
}

async function signingKeyOf(pem: string): Promise<SigningKey> {
  const key = createPrivateKey(pem);
  const { imported, algorithm } = algorithmsOf(key);
  const der = key.export({ type: 'pkcs8', format: 'der' });
  return { key: await crypto.subtle.importKey('pkcs8', der, imported, false, ['sign']), algorithm };
}

type ImportAlgorithm = Parameters<typeof crypto.subtle.importKey>[2];

function algorithmsOf(key: KeyObject): { readonly imported: ImportAlgorithm; readonly algorithm: SigningKey['algorithm'] } {
  switch (key.asymmetricKeyType) {
    case 'rsa': {
      const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
      return { imported: algorithm, algorithm };
    }
    case 'ec': {
      const namedCurve = CURVES[key.asymmetricKeyDetails?.namedCurve ?? ''];
      if (!namedCurve) throw new Error(`x509: unsupported elliptic curve ${key.asymmetricKeyDetails?.namedCurve ?? ''}`);
      return { imported: { name: 'ECDSA', namedCurve }, algorithm: { name: 'ECDSA', hash: CURVE_HASHES[namedCurve] ?? 'SHA-256' } };
    }
    case 'ed25519':
      return { imported: { name: 'Ed25519' }, algorithm: { name: 'Ed25519' } };
    default:
      throw new Error('x509: only RSA, ECDSA and Ed25519 keys supported');
  }
}

/** 127 random bits, never zero. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString('hex');
}
