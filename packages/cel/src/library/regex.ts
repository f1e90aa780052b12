import { type Library, method } from '../env/declarations';
import { INT, listOf, STRING } from '../types/cel-type';
import { int, text } from './arguments';
import { pattern } from './patterns';

function* matches(value: string, source: string): Iterable<string> {
  const matcher = pattern(source).matcher(value);
  while (matcher.find()) yield matcher.group() ?? '';
}

function first(value: string, source: string): string {
  for (const found of matches(value, source)) return found;
  return '';
}

/** At most `limit` matches, all where it is below zero. */
function all(value: string, source: string, limit: bigint): string[] {
  const found: string[] = [];
  for (const match of matches(value, source)) {
    if (limit >= 0n && found.length >= limit) break;
    found.push(match);
  }
  return found;
}

/** Kubernetes' searches by regular expressions. */
export const REGEX: Library = [
  method('find', 'string_find_string', [STRING, STRING], STRING, (value, source) => first(text(value), text(source))),
  method('findAll', 'string_find_all_string', [STRING, STRING], listOf(STRING), (value, source) => all(text(value), text(source), -1n)),
  method('findAll', 'string_find_all_string_int', [STRING, STRING, INT], listOf(STRING), (value, source, limit) => all(text(value), text(source), int(limit))),
];
