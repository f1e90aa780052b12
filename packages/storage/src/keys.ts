/**
 * Keys are strings that stand for their UTF-8 bytes, and are ordered by these bytes, as etcd orders them. JavaScript compares
 * UTF-16 code units, which gives the same order unless one key has a surrogate pair where the other has a character from U+E000 on.
 */

const AT_OR_ABOVE_SURROGATES = /[\ud800-\uffff]/;
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Whether comparing `key` with `<` gives byte order whatever the other key is. */
export function hasPlainOrder(key: string): boolean {
  return !AT_OR_ABOVE_SURROGATES.test(key);
}

/** Compares by UTF-8 bytes: negative, zero or positive. */
export function compareKeys(a: string, b: string): number {
  if (a === b) return 0;
  if (hasPlainOrder(a) || hasPlainOrder(b)) return a < b ? -1 : 1;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** A test for `start <= key < end` in byte order, prepared once for a watch that asks it often. */
export function rangeMatcher(start: string, end: string): (key: string) => boolean {
  if (hasPlainOrder(start) && hasPlainOrder(end)) return (key) => key >= start && key < end;
  return (key) => compareKeys(key, start) >= 0 && compareKeys(key, end) < 0;
}

/** Throws a RangeError for what is no key: the empty string, and text that has no UTF-8 form. */
export function checkKey(key: string): void {
  if (key === '') throw new RangeError('a key must not be empty');
  if (LONE_SURROGATE.test(key)) throw new RangeError(`the key ${JSON.stringify(key)} holds half of a surrogate pair`);
}
