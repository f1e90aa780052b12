import { encodeJson } from '../json/encode';
import { isJsonObject } from '../json/own-property';
import { parseJson } from '../json/parse';
import { goQuote } from '../text/go-quote';
import { FieldsError } from './fields-error';

/**
 * A step of a path to a field, in the text that FieldsV1 has: `f:NAME` of a map, `k:{"name":"x"}` an element of a list known by its keys, `v:"x"` one
 * known by its value, `i:3` one known by its place. A step has one text only.
 */
export type FieldKey = string;

/** What Go's encoder writes otherwise than JSON.stringify. */
const ESCAPED = /[<>&\u2028\u2029]/g;

/** Texts in which nothing has to be escaped. */
const PLAIN = /^[\w ./:@%+=,~-]*$/;

/** JSON as Go writes it: safe within HTML. */
export function goJson(value: unknown): string {
  if (typeof value === 'string' && PLAIN.test(value)) return `"${value}"`;
  if (typeof value === 'number') return String(value);
  const text = encodeJson(value);
  return text.search(ESCAPED) < 0 ? text : text.replace(ESCAPED, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/**
 * Reads a step that others have written, and gives its one text; undefined for a sort of step that is not known, which is left out, as upstream.
 * Throws FieldsError for what is none.
 */
export function readFieldKey(text: string): FieldKey | undefined {
  if (text.length < 2) throw new FieldsError('key must be 2 characters long:');
  if (text[1] !== ':') throw new FieldsError(`missing colon: ${text}`);
  const content = text.slice(2);
  switch (text[0]) {
    case 'f':
      return text;
    case 'v':
      return `v:${goJson(parsed(content))}`;
    case 'k':
      return `k:${goJson(sortedByName(parsed(content)))}`;
    case 'i':
      return `i:${place(content)}`;
    default:
      return undefined;
  }
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    throw new FieldsError((error as Error).message, { cause: error });
  }
}

function sortedByName(value: unknown): object {
  if (!isJsonObject(value)) throw new FieldsError('expect { or n, but found another value');
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function place(text: string): number {
  if (!/^[+-]?\d{1,15}$/.test(text)) throw new FieldsError(`strconv.Atoi: parsing ${goQuote(text)}: invalid syntax`);
  return Number(text);
}

/** As messages show a path: `.spec.containers[name="x"].ports[containerPort=80,protocol="TCP"]`. */
export function printFieldPath(path: readonly FieldKey[]): string {
  return path.map(printFieldKey).join('');
}

export function printFieldKey(key: FieldKey): string {
  const content = key.slice(2);
  switch (key[0]) {
    case 'k': {
      const fields = Object.entries(parseJson(content) as object).map(([name, value]) => `${name}=${printValue(value)}`);
      return `[${fields.join(',')}]`;
    }
    case 'v':
      return `[=${printValue(parseJson(content))}]`;
    case 'i':
      return `[${content}]`;
    default:
      return `.${content}`;
  }
}

function printValue(value: unknown): string {
  return typeof value === 'string' ? goQuote(value) : String(value);
}
