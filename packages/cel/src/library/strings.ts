import { fn, type Library, method } from '../env/declarations';
import { DYN, INT, listOf, STRING } from '../types/cel-type';
import { CelError } from '../values/cel-error';
import { codePoints } from '../values/code-points';
import type { Value } from '../values/value';
import { int, list, text } from './arguments';
import { formatText } from './format-text';

const STRINGS = listOf(STRING);
const BLANK = /^[\p{White_Space}]+|[\p{White_Space}]+$/gu;
const QUOTED: Readonly<Record<string, string>> = { '\x07': '\\a', '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\v': '\\v', '\\': '\\\\', '"': '\\"' };

function charAt(value: string, position: bigint): string {
  const characters = codePoints(value);
  if (position < 0n || position > characters.length) throw outOfRange(position);
  return characters[Number(position)] ?? '';
}

function outOfRange(position: bigint): CelError {
  return new CelError(`index out of range: ${position}`);
}

/** Where a part begins, in characters; -1 where it does not occur. */
function indexOf(value: string, part: string, from: bigint): bigint {
  const [characters, wanted] = [codePoints(value), codePoints(part)];
  if (wanted.length === 0) return from < 0n || from > characters.length ? failRange(from) : from;
  if (from < 0n || from >= characters.length) return from === BigInt(characters.length) || (from > 0n && characters.length === 0) ? -1n : failRange(from);
  for (let at = Number(from); at + wanted.length <= characters.length; at++) if (occursAt(characters, wanted, at)) return BigInt(at);
  return -1n;
}

function lastIndexOf(value: string, part: string, from: bigint | undefined): bigint {
  const [characters, wanted] = [codePoints(value), codePoints(part)];
  if (wanted.length === 0) return from ?? BigInt(characters.length);
  const start = from ?? BigInt(Math.max(characters.length - 1, 0));
  if (start < 0n || start >= characters.length) return from === undefined ? -1n : failRange(start);
  for (let at = Math.min(Number(start), characters.length - wanted.length); at >= 0; at--) if (occursAt(characters, wanted, at)) return BigInt(at);
  return -1n;
}

function failRange(position: bigint): never {
  throw outOfRange(position);
}

function occursAt(characters: readonly string[], wanted: readonly string[], at: number): boolean {
  return wanted.every((character, i) => characters[at + i] === character);
}

function substring(value: string, start: bigint, end: bigint | undefined): string {
  const characters = codePoints(value);
  const last = end ?? BigInt(characters.length);
  if (end !== undefined && start > end) throw new CelError(`invalid substring range. start: ${start}, end: ${end}`);
  if (start < 0n || start > characters.length) throw outOfRange(start);
  if (last < 0n || last > characters.length) throw outOfRange(last);
  return characters.slice(Number(start), Number(last)).join('');
}

function replace(value: string, part: string, by: string, count: bigint): string {
  const limit = count < 0n ? Number.MAX_SAFE_INTEGER : Number(count);
  if (limit === 0) return value;
  if (part === '') return surround(value, by, limit);
  const pieces = value.split(part);
  const replaced = pieces.slice(0, limit + 1).join(by);
  return pieces.length > limit + 1 ? `${replaced}${part}${pieces.slice(limit + 1).join(part)}` : replaced;
}

/** Puts a text before each character and at the end. */
function surround(value: string, by: string, limit: number): string {
  const characters = codePoints(value);
  const result = characters.map((character, i) => (i < limit ? by : '') + character).join('');
  return characters.length < limit ? result + by : result;
}

function split(value: string, separator: string, count: bigint): readonly string[] {
  if (count === 0n) return [];
  const parts = separator === '' ? codePoints(value) : value.split(separator);
  if (count < 0n || parts.length <= count) return parts;
  const kept = Number(count) - 1;
  return [...parts.slice(0, kept), parts.slice(kept).join(separator)];
}

function joined(items: readonly Value[], separator: string): string {
  return items.map(text).join(separator);
}

function lower(value: string): string {
  return value.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function upper(value: string): string {
  return value.replace(/[a-z]/g, (letter) => letter.toUpperCase());
}

const TO_QUOTE = /["\\\x07\b\f\n\r\t\v]/g;
const LONE_SURROGATE = /\p{Surrogate}/gu;

function quote(value: string): string {
  return `"${value.replace(LONE_SURROGATE, '\ufffd').replace(TO_QUOTE, (character) => QUOTED[character] ?? character)}"`;
}

/** ext.Strings in the version that Kubernetes has, 2. */
export const STRING_EXTENSIONS: Library = [
  method('charAt', 'string_char_at_int', [STRING, INT], STRING, (value, position) => charAt(text(value), int(position))),
  method('indexOf', 'string_index_of_string', [STRING, STRING], INT, (value, part) => indexOf(text(value), text(part), 0n)),
  method('indexOf', 'string_index_of_string_int', [STRING, STRING, INT], INT, (value, part, from) => indexOf(text(value), text(part), int(from))),
  method('lastIndexOf', 'string_last_index_of_string', [STRING, STRING], INT, (value, part) => lastIndexOf(text(value), text(part), undefined)),
  method('lastIndexOf', 'string_last_index_of_string_int', [STRING, STRING, INT], INT, (value, part, from) => lastIndexOf(text(value), text(part), int(from))),
  method('lowerAscii', 'string_lower_ascii', [STRING], STRING, (value) => lower(text(value))),
  method('upperAscii', 'string_upper_ascii', [STRING], STRING, (value) => upper(text(value))),
  method('replace', 'string_replace_string_string', [STRING, STRING, STRING], STRING, (value, part, by) => replace(text(value), text(part), text(by), -1n)),
  method('replace', 'string_replace_string_string_int', [STRING, STRING, STRING, INT], STRING, (value, part, by, count) =>
    replace(text(value), text(part), text(by), int(count)),
  ),
  method('split', 'string_split_string', [STRING, STRING], STRINGS, (value, separator) => split(text(value), text(separator), -1n)),
  method('split', 'string_split_string_int', [STRING, STRING, INT], STRINGS, (value, separator, count) => split(text(value), text(separator), int(count))),
  method('substring', 'string_substring_int', [STRING, INT], STRING, (value, start) => substring(text(value), int(start), undefined)),
  method('substring', 'string_substring_int_int', [STRING, INT, INT], STRING, (value, start, end) => substring(text(value), int(start), int(end))),
  method('trim', 'string_trim', [STRING], STRING, (value) => text(value).replace(BLANK, '')),
  method('join', 'list_join', [STRINGS], STRING, (items) => joined(list(items), '')),
  method('join', 'list_join_string', [STRINGS, STRING], STRING, (items, separator) => joined(list(items), text(separator))),
  method('format', 'string_format', [STRING, listOf(DYN)], STRING, (template, args) => formatText(text(template), list(args))),
  fn('strings.quote', 'strings_quote', [STRING], STRING, (value) => quote(text(value))),
];
