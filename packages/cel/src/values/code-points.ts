const ASTRAL = /[\ud800-\udbff]/;

/** The number of characters of a text. */
export function codePointLength(text: string): number {
  return ASTRAL.test(text) ? Array.from(text).length : text.length;
}

/** The characters of a text: the text itself where each is one unit of UTF-16. */
export function codePoints(text: string): readonly string[] {
  return ASTRAL.test(text) ? Array.from(text) : text.split('');
}
