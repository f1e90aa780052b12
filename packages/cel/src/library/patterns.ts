import type { RE2JS } from 're2js';
import { CelError } from '../values/cel-error';

/** Patterns that were used lately, the oldest first: most are literals. */
const compiled = new Map<string, RE2JS>();
const MAX_PATTERNS = 200;

/** A regular expression in RE2's syntax. Throws a CelError with Go's text for one that cannot be read. */
export function pattern(source: string): RE2JS {
  const known = compiled.get(source);
  if (known) return known;
  const made = compile(source);
  for (const oldest of compiled.keys()) {
    if (compiled.size < MAX_PATTERNS) break;
    compiled.delete(oldest);
  }
  compiled.set(source, made);
  return made;
}

function compile(source: string): RE2JS {
  // Loaded with the first pattern: the library is larger than all of this package.
  const { RE2JS: Library } = require('re2js') as typeof import('re2js');
  try {
    return Library.compile(source);
  } catch (cause) {
    throw new CelError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}
