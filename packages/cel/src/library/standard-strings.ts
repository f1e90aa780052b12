import { fn, type Library, method } from '../env/declarations';
import { BOOL, STRING } from '../types/cel-type';
import { text } from './arguments';
import { pattern } from './patterns';

/** The functions of strings that the language itself has. */
export const STANDARD_STRINGS: Library = [
  method('contains', 'contains_string', [STRING, STRING], BOOL, (value, part) => text(value).includes(text(part))),
  method('startsWith', 'starts_with_string', [STRING, STRING], BOOL, (value, part) => text(value).startsWith(text(part))),
  method('endsWith', 'ends_with_string', [STRING, STRING], BOOL, (value, part) => text(value).endsWith(text(part))),
  fn('matches', 'matches', [STRING, STRING], BOOL, (value, source) => pattern(text(source)).test(text(value))),
  method('matches', 'matches_string', [STRING, STRING], BOOL, (value, source) => pattern(text(source)).test(text(value))),
];
