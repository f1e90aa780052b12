import type { Issue } from './source';

export type TokenKind = 'ident' | 'quoted-ident' | 'int' | 'uint' | 'double' | 'string' | 'bytes' | 'punctuation' | 'end';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly offset: number;
}

const PUNCTUATION = ['==', '!=', '<=', '>=', '&&', '||', '[', ']', '{', '}', '(', ')', '.', ',', '-', '!', '?', ':', '+', '*', '/', '%', '<', '>', '='];

const PATTERNS: readonly (readonly [TokenKind | 'blank', RegExp])[] = [
  ['blank', /(?:[\t\r\n\f ]+|\/\/[^\n]*)+/y],
  ['bytes', /[bB][rR]?(?:"""[\s\S]*?"""|'''[\s\S]*?''')/y],
  ['string', /[rR]?(?:"""(?:\\[\s\S]|[^\\])*?"""|'''(?:\\[\s\S]|[^\\])*?''')/y],
  ['bytes', /[bB](?:[rR](?:"[^"\n\r]*"|'[^'\n\r]*')|"(?:\\.|[^"\\\n\r])*"|'(?:\\.|[^'\\\n\r])*')/y],
  ['string', /[rR](?:"[^"\n\r]*"|'[^'\n\r]*')|"(?:\\.|[^"\\\n\r])*"|'(?:\\.|[^'\\\n\r])*'/y],
  ['double', /\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?/y],
  ['uint', /(?:0x[0-9a-fA-F]+|\d+)[uU]/y],
  ['int', /0x[0-9a-fA-F]+|\d+/y],
  ['ident', /[_a-zA-Z][_a-zA-Z0-9]*/y],
  ['quoted-ident', /`[a-zA-Z0-9_.\-/ ]+`/y],
];

/** Cuts an expression into tokens, the last of kind `end`. What is none of the language is reported and passed over. */
export function tokenize(text: string, report: (issue: Issue) => void): Token[] {
  const tokens: Token[] = [];
  const offsetAt = codePointOffsets(text);
  let at = 0;
  while (at < text.length) {
    const found = nextToken(text, at);
    if (!found) {
      const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
      report({ offset: offsetAt(at), message: `Syntax error: token recognition error at: '${character}'` });
      at += character.length;
      continue;
    }
    if (found.kind !== 'blank') tokens.push({ kind: found.kind, text: found.text, offset: offsetAt(at) });
    at += found.text.length;
  }
  tokens.push({ kind: 'end', text: '<EOF>', offset: offsetAt(text.length) });
  return tokens;
}

function nextToken(text: string, at: number): { kind: TokenKind | 'blank'; text: string } | undefined {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = at;
    const match = pattern.exec(text)?.[0];
    if (match) return { kind, text: match };
  }
  const mark = PUNCTUATION.find((each) => text.startsWith(each, at));
  return mark === undefined || mark === '=' ? undefined : { kind: 'punctuation', text: mark };
}

/** Positions of UTF-16 as positions of code points; asked in rising order. */
function codePointOffsets(text: string): (at: number) => number {
  let [unit, point] = [0, 0];
  return (at) => {
    while (unit < at) {
      unit += (text.codePointAt(unit) ?? 0) > 0xffff ? 2 : 1;
      point++;
    }
    return point;
  };
}
