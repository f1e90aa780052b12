import { JsonPathError, type PathList, type PathNode, type SliceBound, type TemplatePart } from './nodes';
import { unquote } from './unquote';

const SLICE = /^(-?\d*)(:-?\d*)?(:-?\d*)?$/;
const DICT_KEY = /^'([^']*)'$/;
const COMPARISON = /^([^!<>=]+)([!<>=]+)(.+?)$/;
const TERMINATOR = /[ \t\r\n.,[\]$@{}]/;
const ALPHANUMERIC = /[_\p{L}\p{Nd}]/u;

/** Takes a template apart. Throws a JsonPathError with upstream's text. */
export function parseTemplate(template: string): TemplatePart[] {
  return new TemplateParser(template).parse();
}

class TemplateParser {
  private position = 0;

  constructor(private readonly input: string) {}

  parse(): TemplatePart[] {
    const parts: TemplatePart[] = [];
    while (this.position < this.input.length) {
      const brace = this.input.indexOf('{', this.position);
      const end = brace < 0 ? this.input.length : brace;
      if (end > this.position) parts.push({ type: 'literal', text: this.input.slice(this.position, end) });
      this.position = end + 1;
      if (brace >= 0) parts.push({ type: 'action', path: this.readAction() });
    }
    return parts;
  }

  /** Reads up to and with the closing brace. */
  private readAction(): PathNode[] {
    const nodes: PathNode[] = [];
    for (;;) {
      if (this.accept('}')) return nodes;
      if (this.accept('[?(')) nodes.push(this.readFilter());
      else if (this.accept('..')) nodes.push(...this.readRecursive(nodes));
      else nodes.push(...this.readStep());
    }
  }

  private readStep(): PathList {
    const character = this.input[this.position] ?? '';
    this.position++;
    if (character === '' || character === '\n' || character === '\r') throw new JsonPathError('unclosed action');
    if (character === ' ' || character === '@' || character === '$') return [];
    if (character === '[') return this.readBracket();
    if (character === '"' || character === "'") return [this.readQuote(character)];
    if (character === '.') return [this.readField()];
    this.position--;
    if (/[-+\p{Nd}]/u.test(character)) return [this.readNumber()];
    if (ALPHANUMERIC.test(character)) return [this.readIdentifier()];
    throw new JsonPathError(`unrecognized character in action: ${describe(this.input, this.position)}`);
  }

  private readRecursive(before: PathList): PathNode[] {
    if (before[before.length - 1]?.type === 'recursive') throw new JsonPathError('invalid multiple recursive descent');
    const isName = ALPHANUMERIC.test(this.input[this.position] ?? '');
    return isName ? [{ type: 'recursive' }, this.readField()] : [{ type: 'recursive' }];
  }

  private readField(): PathNode {
    const start = this.position;
    for (;;) {
      const character = this.input[this.position];
      if (character === undefined || TERMINATOR.test(character)) break;
      this.position += character === '\\' ? 2 : 1;
    }
    const name = this.input.slice(start, this.position);
    return name === '*' ? { type: 'wildcard' } : { type: 'field', name: name.replaceAll('\\', '') };
  }

  private readIdentifier(): PathNode {
    const name = this.takeWhile(/[^ \t\r\n.,[\]$@{}]/);
    return name === 'true' || name === 'false' ? { type: 'boolean', value: name === 'true' } : { type: 'identifier', name };
  }

  private readNumber(): PathNode {
    const sign = /[-+]/.test(this.input[this.position] ?? '') ? (this.input[this.position++] ?? '') : '';
    const digits = this.takeWhile(/[.\p{Nd}]/u);
    if (!/^(\d+\.?\d*|\.\d+)$/.test(digits)) throw new JsonPathError(`cannot parse number ${sign}${digits}`);
    return { type: 'number', value: Number(sign + digits) };
  }

  private readQuote(quote: string): PathNode {
    const start = this.position - 1;
    for (;;) {
      const character = this.input[this.position++];
      if (character === undefined || character === '\n') throw new JsonPathError('unterminated quoted string');
      if (character === quote && this.input[this.position - 2] !== '\\') break;
    }
    const literal = this.input.slice(start, this.position);
    const text = unquote(literal);
    if (text === undefined) throw new JsonPathError(`unquote string ${literal} error invalid syntax`);
    return { type: 'text', text };
  }

  private readBracket(): PathList {
    const start = this.position;
    const end = this.input.slice(start).search(/[\]\n]/);
    if (end < 0 || this.input[start + end] === '\n') throw new JsonPathError('unterminated array');
    this.position = start + end + 1;
    const text = this.input.slice(start, start + end);
    return parseBracket(text === '*' ? ':' : text);
  }

  private readFilter(): PathNode {
    const start = this.position;
    let quote = '';
    let closed = false;
    for (;;) {
      const character = this.input[this.position++];
      if (character === undefined || character === '\n') throw new JsonPathError('unterminated filter');
      if (character === '"' || character === "'") {
        if (!quote) quote = character;
        else if (character === quote && this.input[this.position - 2] !== '\\') closed = true;
      }
      if (character === ')' && (quote === '' || closed)) break;
    }
    const text = this.input.slice(start, this.position - 1);
    if (!this.accept(']')) throw new JsonPathError('unclosed array expect ]');
    return parseFilter(text);
  }

  private takeWhile(pattern: RegExp): string {
    const start = this.position;
    while (this.position < this.input.length && pattern.test(this.input[this.position] ?? '')) this.position++;
    return this.input.slice(start, this.position);
  }

  private accept(text: string): boolean {
    if (!this.input.startsWith(text, this.position)) return false;
    this.position += text.length;
    return true;
  }
}

/** Parses what may stand between braces. */
function parsePath(text: string): PathList {
  const [part] = parseTemplate(`{${text}}`);
  return part?.type === 'action' ? part.path : [];
}

function parseFilter(text: string): PathNode {
  const match = COMPARISON.exec(text);
  if (!match) return { type: 'filter', left: parsePath(text), right: [], operator: 'exists' };
  const [, left = '', operator = '', right = ''] = match;
  return { type: 'filter', left: parsePath(left), right: parsePath(right), operator };
}

/** What stands in brackets: a union of several, a quoted name, an index, or a slice. */
function parseBracket(text: string): PathList {
  const members = text.split(',');
  if (members.length > 1) {
    return [{ type: 'union', paths: members.map((member) => parsePath(`[${member.replace(/^ +| +$/g, '')}]`)) }];
  }
  const key = DICT_KEY.exec(text);
  if (key) return parsePath(`.${key[1] ?? ''}`);
  const match = SLICE.exec(text);
  if (!match) throw new JsonPathError(`invalid array index ${text}`);
  const [, first = '', second, third] = match;
  const start = toBound(first);
  const end = second === undefined ? { value: (start.value ?? 0) + 1, derived: true } : toBound(second.slice(1));
  return [{ type: 'array', start, end, step: toBound((third ?? '').slice(1)) }];
}

function toBound(text: string): SliceBound {
  if (text === '') return { value: undefined, derived: false };
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new JsonPathError(`array index ${text} is not a number`);
  return { value, derived: false };
}

/** A character as Go's `%#U`: `U+0021 '!'`. */
function describe(text: string, position: number): string {
  const code = text.codePointAt(position) ?? 0;
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')} '${String.fromCodePoint(code)}'`;
}
