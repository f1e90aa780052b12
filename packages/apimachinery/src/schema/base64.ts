const CANONICAL = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$/;
const ALPHABET = /^[A-Za-z0-9+/]$/;

/**
 * The canonical base64 text of the bytes that `text` encodes, read as Go's base64.StdEncoding does: line ends are skipped,
 * padding is needed, its spare bits are not looked at.
 *
 * @throws Error `illegal base64 data at input byte 4`, as Go's CorruptInputError.
 */
export function canonicalBase64(text: string): string {
  if (CANONICAL.test(text)) return text;
  const corrupt = corruptAt(Buffer.from(text));
  if (corrupt >= 0) throw new Error(`illegal base64 data at input byte ${corrupt}`);
  return Buffer.from(text, 'base64').toString('base64');
}

/** The position that Go's decoder complains of, or -1. */
function corruptAt(bytes: Buffer): number {
  let inQuantum = 0;
  for (let at = 0; at < bytes.length; at++) {
    if (isLineEnd(bytes[at])) continue;
    if (bytes[at] === 0x3d) return corruptPadding(bytes, at, inQuantum);
    if (!ALPHABET.test(String.fromCharCode(bytes[at] ?? 0))) return at;
    inQuantum = (inQuantum + 1) % 4;
  }
  return inQuantum === 0 ? -1 : bytes.length - inQuantum;
}

/** Checks what follows from the first `=` on, which stands after `inQuantum` characters of the last quantum. */
function corruptPadding(bytes: Buffer, first: number, inQuantum: number): number {
  if (inQuantum < 2) return first;
  let at = first;
  if (inQuantum === 2) {
    at = skipLineEnds(bytes, first + 1);
    if (at === bytes.length || bytes[at] !== 0x3d) return at;
  }
  at = skipLineEnds(bytes, at + 1);
  return at < bytes.length ? at : -1;
}

function skipLineEnds(bytes: Buffer, from: number): number {
  let at = from;
  while (isLineEnd(bytes[at])) at++;
  return at;
}

function isLineEnd(byte: number | undefined): boolean {
  return byte === 0x0a || byte === 0x0d;
}
