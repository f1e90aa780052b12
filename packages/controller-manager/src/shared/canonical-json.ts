/** What JSON leaves as it is and Go writes as an escape. */
const ESCAPED = /[<>&\u2028\u2029]/g;

/** A value as Go's json.Marshal writes a map of it: keys sorted, no spaces, texts safe in HTML. What it names by a hash is named as upstream does. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) return objectText(value);
  return (JSON.stringify(value) ?? 'null').replace(ESCAPED, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function objectText(value: object): string {
  const fields = Object.entries(value).filter(([, part]) => part !== undefined);
  const sorted = fields.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([key, part]) => `${canonicalJson(key)}:${canonicalJson(part)}`).join(',')}}`;
}
