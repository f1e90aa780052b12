import { v2 } from '../../generated/kms';

const MAX_KEY_ID_BYTES = 1024;
const MAX_SOURCE_BYTES = 1024;
const MAX_ANNOTATIONS_BYTES = 32 * 1024;

/** Where the key of a value comes from, as it is stored with it. */
export type KeySource = Omit<v2.EncryptedObject, 'encryptedData'>;

export const SEED = v2.EncryptedDEKSourceType.HKDF_SHA256_XNONCE_AES_GCM_SEED;

export function encodeEncrypted(source: KeySource, encryptedData: Buffer): Buffer {
  return Buffer.from(v2.EncryptedObject.encode({ ...source, encryptedData }).finish());
}

export function decodeEncrypted(stored: Buffer): v2.EncryptedObject {
  const object = v2.EncryptedObject.decode(stored);
  if (object.encryptedData.length === 0) throw new Error('encrypted data is empty');
  checkKeySource(object);
  return object;
}

/** Fails for what upstream would not store or read. */
export function checkKeySource({ keyID, encryptedDEKSource, annotations, encryptedDEKSourceType }: KeySource): void {
  if (encryptedDEKSourceType !== SEED && encryptedDEKSourceType !== v2.EncryptedDEKSourceType.AES_GCM_KEY) {
    throw new Error(`unknown encryptedDEKSourceType: ${String(encryptedDEKSourceType)}`);
  }
  if (encryptedDEKSource.length === 0) throw new Error('failed to validate encrypted DEK source: encrypted DEK source is empty');
  if (encryptedDEKSource.length > MAX_SOURCE_BYTES) {
    throw new Error(`failed to validate encrypted DEK source: encrypted DEK source is ${encryptedDEKSource.length} bytes, which exceeds the max size of ${MAX_SOURCE_BYTES}`);
  }
  checkKeyId(keyID);
  checkAnnotations(annotations);
}

export function isKeyId(keyId: string): boolean {
  const bytes = Buffer.byteLength(keyId);
  return bytes > 0 && bytes <= MAX_KEY_ID_BYTES;
}

export function checkKeyId(keyId: string): void {
  const bytes = Buffer.byteLength(keyId);
  if (bytes === 0) throw new Error('failed to validate key id: keyID is empty');
  if (bytes > MAX_KEY_ID_BYTES) throw new Error(`failed to validate key id: keyID is ${bytes} bytes, which exceeds the max size of ${MAX_KEY_ID_BYTES}`);
}

/** Keys are domains of more than one label, so that plugins do not meet. */
function checkAnnotations(annotations: KeySource['annotations']): void {
  let bytes = 0;
  for (const [key, value] of Object.entries(annotations)) {
    bytes += Buffer.byteLength(key) + value.length;
    if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+$/.test(key)) {
      throw new Error(`failed to validate annotations: ${JSON.stringify(key)} should be a domain with at least two segments separated by dots`);
    }
  }
  if (bytes > MAX_ANNOTATIONS_BYTES) throw new Error(`failed to validate annotations: total size of annotations is ${bytes}, which exceeds the max size of ${MAX_ANNOTATIONS_BYTES}`);
}
