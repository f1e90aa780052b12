export type TokenType = 'end' | 'identifier' | ')' | ',' | '!' | '==' | '=' | '>' | 'in' | '<' | '!=' | 'notin' | '(';

export interface Token {
  readonly type: TokenType;
  /** The text that was read; error messages show it. */
  readonly text: string;
}

const END: Token = { type: 'end', text: '' };
const TOKEN = /[ \t\r\n]*(==|!=|[=!(),<>]|[^ \t\r\n=!(),<>]+)/y;

/** Splits a label selector into its tokens, the last of type `end`. A NUL character ends the text, as in labels.Lexer. */
export function lexLabelSelector(selector: string): Token[] {
  const nul = selector.indexOf('\0');
  const text = nul < 0 ? selector : selector.slice(0, nul);
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match; match = TOKEN.exec(text)) tokens.push(toToken(match[1] ?? ''));
  tokens.push(END);
  return tokens;
}

function toToken(text: string): Token {
  switch (text) {
    case '==':
    case '!=':
    case '=':
    case '!':
    case '(':
    case ')':
    case ',':
    case '<':
    case '>':
    case 'in':
    case 'notin':
      return { type: text, text };
    default:
      return { type: 'identifier', text };
  }
}
