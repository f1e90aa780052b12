import { MAX_JSON_DEPTH, parseStrictly } from './strict-parser';
import { endOfString } from './string-end';
import { decodeUtf8 } from './utf8';

/**
 * What JSON.parse would read otherwise than Go does: integers of 16 and more digits (they may lie beyond 2^53), exponents of three
 * digits (may lie beyond a float64), escaped surrogates (may be alone). May also match inside strings: then the slow parser runs for nothing.
 */
const NEEDS_STRICT = /(?:^|[:,[\s])-?(?:\d{16}|\d[\d.]*[eE]\+?\d{3})|\\u[dD][89a-fA-F]/;

/**
 * Parses a request body at the speed of JSON.parse, with what Go's decoder (encoding/json by way of sigs.k8s.io/json) does otherwise:
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
  const text = typeof body === 'string' ? body.toWellFormed() : decodeUtf8(body);
  if (exceedsDepth(text) || NEEDS_STRICT.test(text)) return parseStrictly(text);
  try {
    return JSON.parse(text);
  } catch {
    // The strict parser finds the same fault and words it as Go does.
    return parseStrictly(text);
  }
}

/** Whether the text opens more containers at once than allowed; the strict parser then says where. */
function exceedsDepth(text: string): boolean {
  if (text.length <= MAX_JSON_DEPTH) return false;
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
