import { isJsonObject } from '../json/own-property';

/** Deeper values are cut short, so that formatting cannot exhaust the stack. */
const MAX_DEPTH = 500;

/** A JSON value as Go's `%v` prints it: `map[a:1 b:[x y]]`, keys sorted. */
export function formatGoValue(value: unknown, depth = 0): string {
  if (value === null || value === undefined) return '<nil>';
  if (depth > MAX_DEPTH) return '...';
  if (Array.isArray(value)) return `[${value.map((v) => formatGoValue(v, depth + 1)).join(' ')}]`;
  if (!isJsonObject(value)) return String(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[${entries.map(([key, v]) => `${key}:${formatGoValue(v, depth + 1)}`).join(' ')}]`;
}

/** The Go type that decoding gives a JSON value, as `%s` prints a reflect.Type. */
export function goTypeOf(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'int64';
    case 'number':
      return Number.isInteger(value) ? 'int64' : 'float64';
    default:
      if (Array.isArray(value)) return '[]interface {}';
      return isJsonObject(value) ? 'map[string]interface {}' : '%!s(<nil>)';
  }
}
