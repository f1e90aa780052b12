/** Letters and digits that form no words. */
const SAFE = 'bcdfghjklmnpqrstvwxz2456789';
const OFFSET = 0x811c9dc5;
const PRIME = 0x01000193;

/** 32-bit FNV-1, as Go's `fnv.New32`. */
export function fnv32(bytes: Uint8Array): number {
  let hash = OFFSET;
  for (const byte of bytes) hash = (Math.imul(hash, PRIME) ^ byte) >>> 0;
  return hash;
}

/** 32-bit FNV-1a, as Go's `fnv.New32a`. */
export function fnv32a(bytes: Uint8Array): number {
  let hash = OFFSET;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, PRIME) >>> 0;
  return hash;
}

/** A number as a part of names and a label. (rand.SafeEncodeString) */
export function safeEncode(hash: number): string {
  return Array.from(String(hash), (letter) => SAFE[letter.charCodeAt(0) % SAFE.length]).join('');
}
