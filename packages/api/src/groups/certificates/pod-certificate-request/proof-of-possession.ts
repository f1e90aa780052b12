import { constants, type KeyObject, verify } from 'node:crypto';
import { type FieldError, type FieldPath, invalid, tooLong } from '@typekube/apimachinery';
import type { certificatesv1beta1 } from '../../../types';
import { DerError } from '../../../shared/x509/der';
import { derRequestProblem, parseCertificateRequest, parsePublicKey } from '../../../shared/x509/certificate-request';

type Spec = Partial<certificatesv1beta1.PodCertificateRequestSpec>;

const MAX_REQUEST_BYTES = 10 * 1024;
const CURVES = ['prime256v1', 'secp384r1', 'secp521r1'];
const MODULUS_BITS = [3072, 4096];
const UNVERIFIED = 'could not verify proof-of-possession signature';

/**
 * That the asker holds the private key: a stub PKCS#10 request signed with it, or, as older kubelets do, a signature of the
 * pod's uid.
 */
export function validateProof(spec: Spec, path: FieldPath): FieldError[] {
  if (spec.stubPKCS10Request || !spec.pkixPublicKey) {
    return validateStubRequest(spec.stubPKCS10Request, path.child('stubPKCS10Request'));
  }
  return validateKeyAndProof(spec, path);
}

/** The public key that a certificate must be issued to; undefined where none can be read. */
export function requestedKey(spec: Spec): KeyObject | undefined {
  const stub = bytesOf(spec.stubPKCS10Request);
  return readKey(() => (stub.length > 0 ? parseCertificateRequest(stub).publicKey : parsePublicKey(bytesOf(spec.pkixPublicKey))));
}

function validateStubRequest(base64: string | undefined, path: FieldPath): FieldError[] {
  const bytes = bytesOf(base64);
  if (bytes.length > MAX_REQUEST_BYTES) return [tooLong(path, MAX_REQUEST_BYTES)];
  const key = readKey(() => parseCertificateRequest(bytes).publicKey);
  if (!key) return [invalid(path, base64 ?? null, 'must be a valid PKCS#10 certificate signing request')];
  const problem = keyProblem(key);
  if (problem) return [invalid(path, problem.value, problem.detail)];
  return derRequestProblem(bytes) === undefined
    ? []
    : [invalid(path, base64, 'could not verify certificate signing request signature')];
}

function validateKeyAndProof(spec: Spec, path: FieldPath): FieldError[] {
  const keyPath = path.child('pkixPublicKey');
  const proofPath = path.child('proofOfPossession');
  const proof = bytesOf(spec.proofOfPossession);
  if (bytesOf(spec.pkixPublicKey).length > MAX_REQUEST_BYTES) return [tooLong(keyPath, MAX_REQUEST_BYTES)];
  if (proof.length > MAX_REQUEST_BYTES) return [tooLong(proofPath, MAX_REQUEST_BYTES)];
  const key = readKey(() => parsePublicKey(bytesOf(spec.pkixPublicKey)));
  if (!key) return [invalid(keyPath, spec.pkixPublicKey, 'must be a valid PKIX-serialized public key')];
  const problem = keyProblem(key);
  if (problem) return [invalid(keyPath, problem.value, problem.detail)];
  return signs(key, Buffer.from(spec.podUID ?? ''), proof) ? [] : [invalid(proofPath, '<value omitted>', UNVERIFIED)];
}

function keyProblem(key: KeyObject): { value: string; detail: string } | undefined {
  const { namedCurve, modulusLength } = key.asymmetricKeyDetails ?? {};
  switch (key.asymmetricKeyType) {
    case 'ed25519':
      return undefined;
    case 'ec':
      if (namedCurve !== undefined && CURVES.includes(namedCurve)) return undefined;
      return { value: `curve ${namedCurve ?? ''}`, detail: 'elliptic public keys must use curve P256 or P384' };
    case 'rsa':
      if (modulusLength !== undefined && MODULUS_BITS.includes(modulusLength)) return undefined;
      return { value: `${modulusLength ?? 0}-bit modulus`, detail: 'RSA keys must have modulus size 3072 or 4096' };
    default:
      return { value: key.asymmetricKeyType ?? '', detail: 'unknown public key type; supported types are Ed25519, ECDSA, and RSA' };
  }
}

/** Ed25519 signs the uid itself, ECDSA and RSA (PSS) its SHA-256. */
function signs(key: KeyObject, uid: Buffer, proof: Buffer): boolean {
  if (key.asymmetricKeyType === 'ed25519') return verify(undefined, uid, key, proof);
  if (key.asymmetricKeyType === 'ec') return verify('sha256', uid, key, proof);
  return verify('sha256', uid, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO }, proof);
}

function readKey(read: () => KeyObject): KeyObject | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof DerError) return undefined;
    throw error;
  }
}

function bytesOf(base64: string | undefined): Buffer {
  return Buffer.from(base64 ?? '', 'base64');
}
