import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import type { Transformer } from './transformer';

const BLOCK_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const INFO_BYTES = 32;

/** AES-CBC with PKCS #7 padding, the initialisation vector before it. Nothing keeps a value from being changed or moved: upstream's `aescbc`. */
export function aesCbc(key: Buffer): Transformer {
  const name = `aes-${key.length * 8}-cbc`;
  return {
    write(value) {
      const vector = randomBytes(BLOCK_BYTES);
      const cipher = createCipheriv(name, key, vector);
      return Buffer.concat([vector, cipher.update(value), cipher.final()]);
    },
    read(stored) {
      if (stored.length < BLOCK_BYTES) throw new Error('the stored data was shorter than the required size');
      if (stored.length % BLOCK_BYTES !== 0) throw new Error(`the stored data is not a multiple of the block size`);
      const decipher = createDecipheriv(name, key, stored.subarray(0, BLOCK_BYTES));
      return { value: Buffer.concat([decipher.update(stored.subarray(BLOCK_BYTES)), decipher.final()]), isStale: false };
    },
  };
}

/** AES-GCM with a random nonce before it and the tag behind it, bound to the store's key: upstream's `aesgcm`. */
export function aesGcm(key: Buffer): Transformer {
  return {
    write: (value, path) => seal(key, value, path),
    read: (stored, path) => ({ value: open(key, stored, path), isStale: false }),
  };
}

/** AES-GCM with a key for each value, derived from a seed and 32 random bytes before it: upstream's `NewHKDFExtendedNonceGCMTransformer`. */
export function derivedAesGcm(seed: Buffer): Transformer {
  return {
    write(value, path) {
      const info = randomBytes(INFO_BYTES);
      return Buffer.concat([info, seal(expand(seed, info), value, path)]);
    },
    read(stored, path) {
      if (stored.length < INFO_BYTES) throw new Error('the stored data was shorter than the required size');
      const key = expand(seed, stored.subarray(0, INFO_BYTES));
      return { value: open(key, stored.subarray(INFO_BYTES), path), isStale: false };
    },
  };
}

/** HKDF's second half alone (RFC 5869, 2.3) for one block of SHA-256: the seed is as good as a key already. */
function expand(seed: Buffer, info: Buffer): Buffer {
  return createHmac('sha256', seed).update(info).update(Buffer.of(1)).digest();
}

function gcm(key: Buffer): 'aes-128-gcm' | 'aes-192-gcm' | 'aes-256-gcm' {
  if (key.length === 16) return 'aes-128-gcm';
  return key.length === 24 ? 'aes-192-gcm' : 'aes-256-gcm';
}

function seal(key: Buffer, value: Buffer, path: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(gcm(key), key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(path));
  return Buffer.concat([nonce, cipher.update(value), cipher.final(), cipher.getAuthTag()]);
}

function open(key: Buffer, stored: Buffer, path: string): Buffer {
  if (stored.length < NONCE_BYTES + TAG_BYTES) throw new Error('the stored data was shorter than the required size');
  const end = stored.length - TAG_BYTES;
  const decipher = createDecipheriv(gcm(key), key, stored.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(path));
  decipher.setAuthTag(stored.subarray(end));
  const value = decipher.update(stored.subarray(NONCE_BYTES, end));
  try {
    return Buffer.concat([value, decipher.final()]);
  } catch (error) {
    throw new Error('cipher: message authentication failed', { cause: error });
  }
}
