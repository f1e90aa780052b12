import { goQuote } from '../text/go-quote';

const MAP = 'map[string]interface {}';
const LIST = '[]interface {}';

/** A value as Go's `%#v` prints what it makes of JSON. */
export function goSyntax(value: unknown): string {
  if (value === null) return 'interface {}(nil)';
  if (typeof value === 'string') return goQuote(value);
  if (Array.isArray(value)) return `${LIST}{${value.map(goSyntax).join(', ')}}`;
  if (typeof value !== 'object') return String(value);
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${MAP}{${fields.map(([name, field]) => `${goQuote(name)}:${goSyntax(field)}`).join(', ')}}`;
}
