/** A compiled regular expression of Go: whether it matches somewhere in a text. */
export type Re2Pattern = (text: string) => boolean;

/**
 * Compiles a regular expression in the syntax of Go's RE2, whose time is linear in the text: expressions come from users, and must not hold up the
 * server. Throws an Error with Go's text for one that cannot be read. The library is loaded at the first call.
 */
export function compileRe2(pattern: string): Re2Pattern {
  const { RE2JS } = require('re2js') as typeof import('re2js');
  const compiled = RE2JS.compile(pattern);
  return (text) => compiled.test(text);
}
