const SIMPLE: Readonly<Record<string, string>> = {
  a: '\u0007', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\', "'": "'", '"': '"',
};
const PIECE = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|([^]))|([^\\])/uy;

/** The text of a literal in single or double quotes by the rules of Go's strconv.Unquote; undefined where it breaks them. */
export function unquote(literal: string): string | undefined {
  const quote = literal[0] ?? '';
  const body = literal.slice(1, -1);
  let text = '';
  PIECE.lastIndex = 0;
  while (PIECE.lastIndex < body.length) {
    const piece = decode(PIECE.exec(body), quote);
    if (piece === undefined) return undefined;
    text += piece;
  }
  return text;
}

function decode(match: RegExpExecArray | null, quote: string): string | undefined {
  if (!match) return undefined;
  const [, hex2, hex4, hex8, octal, escaped, plain] = match;
  if (plain !== undefined) return plain === quote ? undefined : plain;
  if (escaped !== undefined) return isOtherQuote(escaped, quote) ? undefined : SIMPLE[escaped];
  const code = octal === undefined ? parseInt(hex2 ?? hex4 ?? hex8 ?? '', 16) : parseInt(octal, 8);
  const limit = octal === undefined ? 0x10ffff : 255;
  const isSurrogate = code >= 0xd800 && code <= 0xdfff;
  return code > limit || isSurrogate ? undefined : String.fromCodePoint(code);
}

/** Only the quote in use may be escaped. */
function isOtherQuote(character: string, quote: string): boolean {
  return (character === '"' || character === "'") && character !== quote;
}
