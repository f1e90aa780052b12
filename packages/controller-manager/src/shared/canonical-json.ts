import { encodeJson, isJsonObject } from '@typekube/apimachinery';

/** What JSON leaves as it is and Go writes as an escape. */
const ESCAPED = /[<>&\u2028\u2029]/g;

/** A value as Go's json.Marshal writes a map of it: keys sorted, texts safe in HTML. What is named by a hash of this has upstream's name. */
export function canonicalJson(value: unknown): string {
  return encodeJson(sortKeys(value)).replace(ESCAPED, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The same value with the keys of its objects in order, at every depth. */
export function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isJsonObject(value)) return value;
  const sorted = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([key, part]) => [key, sortKeys(part)]));
}
