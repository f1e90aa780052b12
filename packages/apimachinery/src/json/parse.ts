import { toUSVString } from 'node:util';
import { MAX_JSON_DEPTH, parseStrictly } from './strict-parser';
import { endOfString } from './string-end';
import { decodeUtf8 } from './utf8';

/** 16 digits in a row: an integer may lie beyond 2^53. Spelt out, for that is what V8 searches fastest. */
const LONG_DIGITS = /\d\d\d\d\d\d\d\d\d\d\d\d\d\d\d\d/;
/** An exponent of three digits may lie beyond a float64. */
const LONG_EXPONENT = /\d[eE]\+?\d\d\d/;
/** Either of them outside of a string (or at least where a value may stand), or an escaped surrogate, which may be alone. */
const NEEDS_STRICT = /(?:^|[:,[\s])-?(?:\d{16}|\d[\d.]*[eE]\+?\d{3})|\\u[dD][89a-fA-F]/;

/**
 * Parses a request body at the speed of JSON.parse, with what Go's decoder (that of sigs.k8s.io/json) does otherwise:
 *
 * - an integer literal beyond 2^53 that fits int64 becomes a bigint, so that no digit is lost; `encodeJson` writes it back.
 *   `1.0` is read as 1;
 * - bytes that are not UTF-8 and lone surrogates become U+FFFD;
 * - nesting deeper than 10,000 is refused;
 * - of duplicate keys the last one counts (see `findDuplicateFields`); a `__proto__` key is plain data.
 *
 * @throws JsonSyntaxError with Go's text: `invalid character 'x' looking for beginning of value`, `unexpected end of JSON input`.
 */
export function parseJson(body: string | Uint8Array): unknown {
  const text = typeof body === 'string' ? toUSVString(body) : decodeUtf8(body);
  if (needsStrict(text) || exceedsDepth(text)) return parseStrictly(text);
  try {
    return JSON.parse(text);
  } catch {
    // The strict parser finds the same fault and words it as Go does.
    return parseStrictly(text);
  }
}

/** Whether JSON.parse might read the text otherwise than Go does. The first three searches cost little. */
function needsStrict(text: string): boolean {
  const suspicious = LONG_DIGITS.test(text) || LONG_EXPONENT.test(text) || text.includes('\\u');
  return suspicious && NEEDS_STRICT.test(text);
}

/** Whether the text opens more containers at once than allowed; the strict parser then says where. */
function exceedsDepth(text: string): boolean {
  if (countAtMost(text, '{') + countAtMost(text, '[') <= MAX_JSON_DEPTH) return false;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 0x22) {
      i = endOfString(text, i);
    } else if (c === 0x7b || c === 0x5b) {
      if (++depth > MAX_JSON_DEPTH) return true;
    } else if (c === 0x7d || c === 0x5d) {
      depth--;
    }
  }
  return false;
}

/** How often `what` occurs; counting ends beyond the depth limit. */
function countAtMost(text: string, what: string): number {
  let count = 0;
  for (let at = text.indexOf(what); at >= 0 && count <= MAX_JSON_DEPTH; at = text.indexOf(what, at + 1)) count++;
  return count;
}
