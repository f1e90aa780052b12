import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

/** The algorithms that service account tokens are signed with. */
export type SigningAlgorithm = 'RS256' | 'ES256' | 'ES384' | 'ES512';

/** A public key with the names that it goes by. */
export interface VerificationKey {
  readonly id: string;
  readonly algorithm: SigningAlgorithm;
  readonly key: KeyObject;
}

export interface SigningKey {
  readonly id: string;
  readonly algorithm: SigningAlgorithm;
  readonly key: KeyObject;
}

/** What is no key and need not be read: openssl writes them before an EC key. */
const PARAMETERS = /^-----BEGIN EC PARAMETERS-----/;

/**
 * The public keys of a PEM file: public keys, private keys (whose public half counts) and certificates, RSA or EC. `where` is named in errors.
 *
 * @throws where a block cannot be read, or there is none.
 */
export function readVerificationKeys(pem: string, where: string): VerificationKey[] {
  const blocks = pem.match(/-----BEGIN ([A-Z0-9 ]+)-----[\s\S]+?-----END \1-----/g) ?? [];
  const keys = blocks.filter((block) => !PARAMETERS.test(block)).map((block) => verificationKey(parse(createPublicKey, block, where), where));
  if (!keys.length) throw new Error(`${where}: data does not contain any valid RSA or ECDSA public keys`);
  return keys;
}

/** @throws where it is no private key, or of a kind that tokens are not signed with. */
export function readSigningKey(pem: string, where: string): SigningKey {
  const key = parse(createPrivateKey, pem, where);
  const { id, algorithm } = verificationKey(createPublicKey(key), where);
  return { id, algorithm, key };
}

/** The public half, by which others verify what the key has signed. */
export function verificationKeyOf({ key }: SigningKey, where: string): VerificationKey {
  return verificationKey(createPublicKey(key), where);
}

function parse(create: (pem: string) => KeyObject, pem: string, where: string): KeyObject {
  try {
    return create(pem);
  } catch (error) {
    throw new Error(`${where}: not a key that can be read: ${(error as Error).message}`, { cause: error });
  }
}

/** The id is upstream's: the SHA-256 of the key's DER, so that every server names a key the same. */
function verificationKey(key: KeyObject, where: string): VerificationKey {
  const der = key.export({ type: 'spki', format: 'der' });
  return { id: createHash('sha256').update(der).digest('base64url'), algorithm: algorithmOf(key, where), key };
}

const CURVES: Readonly<Record<string, SigningAlgorithm>> = { prime256v1: 'ES256', secp384r1: 'ES384', secp521r1: 'ES512' };

function algorithmOf({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject, where: string): SigningAlgorithm {
  if (type === 'rsa') return checkedRsa(details?.modulusLength ?? 0, where);
  const algorithm = type === 'ec' ? CURVES[details?.namedCurve ?? ''] : undefined;
  if (algorithm) return algorithm;
  throw new Error(`${where}: unknown public key type ${type ?? ''}, must be RSA or ECDSA on P-256, P-384 or P-521`);
}

/** The library refuses shorter ones, but only when a token comes. */
function checkedRsa(bits: number, where: string): SigningAlgorithm {
  if (bits < 2048) throw new Error(`${where}: the RSA key has ${bits} bits, it must have 2048 or more`);
  return 'RS256';
}
