import { isUtf8 } from 'node:buffer';

/**
 * Decodes UTF-8 as Go's JSON decoder does: every single byte that is not part of a valid sequence becomes U+FFFD.
 * (The WHATWG decoder, which Buffer uses, replaces a truncated sequence of several bytes by one.)
 */
export function decodeUtf8(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return isUtf8(buffer) ? buffer.toString('utf8') : replaceInvalid(buffer).toString('utf8');
}

function replaceInvalid(bytes: Buffer): Buffer {
  const out = Buffer.allocUnsafe(bytes.length * 3);
  let length = 0;
  for (let i = 0; i < bytes.length;) {
    const width = sequenceWidth(bytes, i);
    if (width === 0) {
      length += out.write('\uFFFD', length);
      i++;
    } else {
      length += bytes.copy(out, length, i, i + width);
      i += width;
    }
  }
  return out.subarray(0, length);
}

/** The width of the valid sequence that starts at `at`, or 0. */
function sequenceWidth(bytes: Buffer, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const width = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  const sequence = bytes.subarray(at, at + width);
  return sequence.length === width && isUtf8(sequence) ? width : 0;
}
