const SIMPLE: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, '\\': 92, "'": 39, '"': 34, '`': 96, '?': 63 };

/** The characters between the quotes of a literal token, and whether escapes count in it. */
function content(token: string): { readonly text: string; readonly raw: boolean } {
  const quote = token.search(/["']/);
  const width = /^("""|''')/.test(token.slice(quote)) ? 3 : 1;
  return { text: token.slice(quote + width, token.length - width), raw: /[rR]/.test(token.slice(0, quote)) };
}

/** The value of a string literal; an Error's message says what is wrong with it. */
export function unescapeString(token: string): string {
  const { text, raw } = content(token);
  if (raw) return text;
  return scan(text, false, (part) => (typeof part === 'string' ? part : String.fromCodePoint(part))).join('');
}

/** The value of a bytes literal: characters are UTF-8, `\xhh` and octals are bytes. */
export function unescapeBytes(token: string): Uint8Array {
  const { text, raw } = content(token);
  if (raw) return new TextEncoder().encode(text);
  const parts = scan(text, true, (part) => (typeof part === 'string' ? new TextEncoder().encode(part) : Uint8Array.of(part)));
  return new Uint8Array(Buffer.concat(parts));
}

function scan<T>(text: string, bytes: boolean, emit: (part: string | number) => T): T[] {
  const parts: T[] = [];
  for (let at = 0; at < text.length; ) {
    if (text[at] !== '\\') {
      const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
      // Go reads all line ends as one.
      parts.push(emit(character));
      at += character.length;
      continue;
    }
    const { code, length } = escapeAt(text, at, bytes);
    parts.push(emit(code));
    at += length;
  }
  return parts;
}

function escapeAt(text: string, at: number, bytes: boolean): { code: number; length: number } {
  const letter = text[at + 1];
  if (letter === undefined) throw new Error('unable to unescape string, found \'\\\' as last character');
  const simple = SIMPLE[letter];
  if (simple !== undefined) return { code: simple, length: 2 };
  if (letter === 'x' || letter === 'X') return digits(text, at + 2, 2, 16, 0xff);
  if (letter === 'u' || letter === 'U') {
    if (bytes) throw new Error('unable to unescape string');
    return digits(text, at + 2, letter === 'u' ? 4 : 8, 16, 0x10ffff);
  }
  if (/[0-3]/.test(letter)) return { ...digits(text, at + 1, 3, 8, 0xff), length: 4 };
  throw new Error('unable to unescape string');
}

function digits(text: string, at: number, count: number, radix: number, max: number): { code: number; length: number } {
  const found = text.slice(at, at + count);
  const valid = found.length === count && (radix === 16 ? /^[0-9a-fA-F]+$/ : /^[0-7]+$/).test(found);
  const code = valid ? parseInt(found, radix) : -1;
  if (code < 0 || code > max || (code >= 0xd800 && code <= 0xdfff)) throw new Error('unable to unescape string');
  return { code, length: count + 2 };
}
