import { randomBytes } from 'node:crypto';
import { xsalsa20poly1305 } from '@noble/ciphers/salsa';
import type { Transformer } from './transformer';

const NONCE_BYTES = 24;

/** XSalsa20 and Poly1305 with a random nonce before it: upstream's `secretbox`. */
export function secretbox(key: Buffer): Transformer {
  return {
    write(value) {
      const nonce = randomBytes(NONCE_BYTES);
      return Buffer.concat([nonce, xsalsa20poly1305(key, nonce).encrypt(value)]);
    },
    read(stored) {
      if (stored.length < NONCE_BYTES) throw new Error('the stored data was shorter than the required size');
      const opened = xsalsa20poly1305(key, stored.subarray(0, NONCE_BYTES)).decrypt(stored.subarray(NONCE_BYTES));
      return { value: Buffer.from(opened.buffer, opened.byteOffset, opened.length), isStale: false };
    },
  };
}
