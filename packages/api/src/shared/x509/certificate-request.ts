import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { BIT_STRING, DerError, expectTag, INTEGER, OBJECT_IDENTIFIER, oidText, readElements, readWhole, SEQUENCE } from './der';
import { decodePem } from './pem';

/** A PKCS#10 certificate signing request, as far as its checks need it. */
export interface CertificateRequest {
  readonly publicKey: KeyObject;
  readonly signedBytes: Buffer;
  readonly signatureAlgorithm: string;
  readonly signature: Buffer;
}

/** The digest of each signature algorithm that is taken; undefined where the algorithm has its own. */
const DIGESTS: Readonly<Record<string, string | undefined>> = {
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
  '1.2.840.113549.1.1.13': 'sha512',
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
  '1.2.840.10045.4.3.4': 'sha512',
  '1.3.101.112': undefined,
};

/** Why a base64 field does not hold a signed request in PEM; undefined if it does. */
export function certificateRequestProblem(base64: string | undefined): string | undefined {
  const [block] = decodePem(Buffer.from(base64 ?? '', 'base64').toString('latin1'));
  if (block?.type !== 'CERTIFICATE REQUEST') return 'PEM block type must be CERTIFICATE REQUEST';
  return derRequestProblem(block.bytes);
}

/** Why bytes are not a signed request in DER; undefined if they are. */
export function derRequestProblem(bytes: Buffer): string | undefined {
  try {
    return signatureProblem(parseCertificateRequest(bytes));
  } catch (error) {
    if (error instanceof DerError) return error.message;
    throw error;
  }
}

/** Reads a request in DER. Throws DerError where the bytes are none. */
export function parseCertificateRequest(bytes: Buffer): CertificateRequest {
  const [info, algorithm, signature] = readElements(readWhole(bytes, SEQUENCE).content);
  const [version, subject, keyInfo] = readElements(expectTag(info, SEQUENCE).content);
  expectTag(version, INTEGER);
  expectTag(subject, SEQUENCE);
  const [identifier] = readElements(expectTag(algorithm, SEQUENCE).content);
  return {
    publicKey: parsePublicKey(expectTag(keyInfo, SEQUENCE).raw),
    signedBytes: expectTag(info, SEQUENCE).raw,
    signatureAlgorithm: oidText(expectTag(identifier, OBJECT_IDENTIFIER).content),
    signature: expectTag(signature, BIT_STRING).content.subarray(1),
  };
}

/** Reads a public key in PKIX (SPKI) form. Throws DerError where the bytes are none. */
export function parsePublicKey(spki: Buffer): KeyObject {
  try {
    return createPublicKey({ key: spki, format: 'der', type: 'spki' });
  } catch (cause) {
    throw new DerError(`x509: failed to parse public key: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

function signatureProblem(request: CertificateRequest): string | undefined {
  if (!(request.signatureAlgorithm in DIGESTS)) return 'x509: cannot verify signature: algorithm unimplemented';
  const digest = DIGESTS[request.signatureAlgorithm];
  if (verifies(digest, request)) return undefined;
  return request.publicKey.asymmetricKeyType === 'rsa'
    ? 'crypto/rsa: verification error'
    : 'x509: signature verification failure';
}

/** A key that does not go with the algorithm makes node throw: such a request is not signed either. */
function verifies(digest: string | undefined, request: CertificateRequest): boolean {
  try {
    return verify(digest, request.signedBytes, request.publicKey, request.signature);
  } catch {
    return false;
  }
}
