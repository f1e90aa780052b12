import { createHash } from 'node:crypto';
import { hostname } from 'node:os';

/** The name of an API server among those of its cluster, made of its host's name as upstream makes it. */
export function serverIdentity(host = hostname()): string {
  return `apiserver-${base32(createHash('sha256').update(host).digest().subarray(0, 16))}`;
}

/** How metrics name a server, or a key: what it is called is nobody's business who reads metrics. */
export function metricHash(text: string): string {
  return text ? `sha256:${createHash('sha256').update(text).digest('hex')}` : '';
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** RFC 4648 without padding, in lower case. */
function base32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += ALPHABET[(value >>> (bits - 5)) & 31];
    value &= (1 << bits) - 1;
  }
  return bits ? text + ALPHABET[(value << (5 - bits)) & 31] : text;
}
